// Philox 4x32-10, a counter-based generator: J. Salmon, M. Moraes, R. Dror and D. Shaw, "Parallel random numbers:
// as easy as 1, 2, 3", SC 2011. Blocks are made in chunks, so that rounds and transforms vectorise over blocks.
#include "CKernels.h"
#include "trigonometry.h"
#include "vector_math.h"

#pragma STDC FP_CONTRACT OFF

#define MULTIPLIER_0 0xD2511F53u
#define MULTIPLIER_1 0xCD9E8D57u
#define WEYL_0 0x9E3779B9u
#define WEYL_1 0xBB67AE85u
#define ROUNDS 10

// Blocks made at once: everything about them fits in the L1 cache.
#define CHUNK 256

typedef struct round_keys {
  uint32_t key[ROUNDS][2];
} round_keys;

static round_keys schedule(const uint32_t key[2]) {
  round_keys keys;
  uint32_t k0 = key[0], k1 = key[1];
  for (int round = 0; round < ROUNDS; ++round) {
    keys.key[round][0] = k0;
    keys.key[round][1] = k1;
    k0 += WEYL_0;
    k1 += WEYL_1;
  }
  return keys;
}

// The counters are in the low halves of 64-bit lanes, what the widening multiply of x86 takes; the high halves
// are never read.
CK_INLINE void ten_rounds(const round_keys *keys, uint64_t counter[4]) {
  uint64_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
#pragma clang loop unroll(full)
  for (int round = 0; round < ROUNDS; ++round) {
    uint64_t product_0 = (c0 & 0xffffffffu) * MULTIPLIER_0;
    uint64_t product_1 = (c2 & 0xffffffffu) * MULTIPLIER_1;
    c0 = (product_1 >> 32) ^ c1 ^ keys->key[round][0];
    c2 = (product_0 >> 32) ^ c3 ^ keys->key[round][1];
    c1 = product_1;
    c3 = product_0;
  }
  counter[0] = c0;
  counter[1] = c1;
  counter[2] = c2;
  counter[3] = c3;
}

void ck_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
  round_keys keys = schedule(key);
  uint64_t lanes[4] = {counter[0], counter[1], counter[2], counter[3]};
  ten_rounds(&keys, lanes);
  for (int w = 0; w < 4; ++w) out[w] = (uint32_t)lanes[w];
}

// A chunk of blocks: first two words of their counters, then their output words; and where, relative to the
// chunk's first block, each block's elements go in the output.
typedef struct chunk {
  uint32_t block[CHUNK], row[CHUNK];
  uint32_t words[4][CHUNK];
  int32_t position[CHUNK];
  float values[CHUNK][4];
} chunk;

CK_CLONES static void make_words(chunk *chunk, const round_keys *keys, uint32_t iteration, uint32_t stream,
                                 int64_t count) {
#pragma clang loop vectorize(assume_safety) vectorize_width(8) interleave_count(2)
  for (int64_t i = 0; i < count; ++i) {
    uint64_t counter[4] = {chunk->block[i], chunk->row[i], iteration, stream};
    ten_rounds(keys, counter);
    for (int w = 0; w < 4; ++w) chunk->words[w][i] = (uint32_t)counter[w];
  }
}

// (word + 1/2) / 2^32 with one rounding: both addends below are exact. The top 128 words would round to 1.
CK_INLINE float unit_interval(uint32_t word) {
  float high = (float)(int32_t)(word >> 8);
  float low = ck_fma((float)(int32_t)(word & 255), 0x1p-32f, 0x1p-33f);
  float u = ck_fma(high, 0x1p-24f, low);
  return u < 1.0f ? u : 0x1.fffffep-1f;
}

CK_CLONES static void make_uniforms(chunk *chunk, int64_t count) {
  CK_VECTOR_LOOP for (int64_t i = 0; i < count; ++i) {
    for (int w = 0; w < 4; ++w) chunk->values[i][w] = unit_interval(chunk->words[w][i]);
  }
}

typedef struct pair {
  float cosine, sine;
} pair;

// The angle (word + 1/2) / 2^32 turns is split in integers: the nearest quarter turn and a remainder of 30 bits.
CK_INLINE pair box_muller(uint32_t radial, uint32_t angular) {
  float radius = __builtin_elementwise_sqrt(-2.0f * ck_log_normal(unit_interval(radial)));
  uint32_t quadrant = (angular + 0x20000000u) >> 30;
  float remainder = (float)(int32_t)(angular - (quadrant << 30));
  float angle = ck_fma(remainder, 0x1.921fb6p-30f, 0x1.921fb6p-31f);
  float sine = ck_sine_near_zero(angle), cosine = ck_cosine_near_zero(angle);
  bool odd = quadrant & 1;
  float x = odd ? sine : cosine, y = odd ? cosine : sine;
  pair result = {radius * ck_float(ck_bits(x) ^ (((quadrant + 1) & 2) << 30)),
                 radius * ck_float(ck_bits(y) ^ ((quadrant & 2) << 30))};
  return result;
}

CK_CLONES static void make_normals(chunk *chunk, int64_t count) {
  CK_VECTOR_LOOP for (int64_t i = 0; i < count; ++i) {
    pair first = box_muller(chunk->words[0][i], chunk->words[1][i]);
    pair second = box_muller(chunk->words[2][i], chunk->words[3][i]);
    chunk->values[i][0] = first.cosine;
    chunk->values[i][1] = first.sine;
    chunk->values[i][2] = second.cosine;
    chunk->values[i][3] = second.sine;
  }
}

// For rows of one or two columns, which use a block's first pair alone.
CK_CLONES static void make_first_normals(chunk *chunk, int64_t count) {
  CK_VECTOR_LOOP for (int64_t i = 0; i < count; ++i) {
    pair first = box_muller(chunk->words[0][i], chunk->words[1][i]);
    chunk->values[i][0] = first.cosine;
    chunk->values[i][1] = first.sine;
  }
}

// Where a fill stands: the block of a row, and its first element's place in the output, which is negative when
// the range starts inside the block.
typedef struct cursor {
  int64_t row, block, position;
} cursor;

static int64_t next_blocks(chunk *chunk, cursor *cursor, int64_t columns, int64_t end) {
  int64_t blocks_in_row = (columns + 3) / 4, width_of_last = columns - 4 * (blocks_in_row - 1);
  int64_t start = cursor->position, count = 0;
  while (count < CHUNK && cursor->position < end) {
    int64_t run = ck_minimum(CHUNK - count, ck_minimum(blocks_in_row - cursor->block, (end - cursor->position + 3) / 4));
    for (int64_t i = 0; i < run; ++i) {
      chunk->block[count + i] = (uint32_t)(cursor->block + i);
      chunk->row[count + i] = (uint32_t)cursor->row;
      chunk->position[count + i] = (int32_t)(cursor->position - start + 4 * i);
    }
    count += run;
    cursor->block += run;
    cursor->position += 4 * run;
    if (cursor->block == blocks_in_row) {
      cursor->position += width_of_last - 4;
      cursor->block = 0;
      cursor->row += 1;
    }
  }
  return count;
}

// Blocks overwrite the excess of the ones before them, so that all but the edges are whole copies.
static void deliver(float *out, const chunk *chunk, int64_t blocks, int64_t start, int64_t end) {
  for (int64_t i = 0; i < blocks; ++i) {
    int64_t position = start + chunk->position[i];
    if (position >= 0 && position + 4 <= end) {
      memcpy(out + position, chunk->values[i], 4 * sizeof(float));
    } else {
      for (int64_t w = 0; w < 4; ++w) {
        if (position + w >= 0 && position + w < end) out[position + w] = chunk->values[i][w];
      }
    }
  }
}

static void fill(float *out, ck_random random, int64_t first_row, int64_t columns, int64_t first, int64_t count,
                 void (*transform)(chunk *, int64_t)) {
  if (count <= 0 || columns <= 0) return;
  round_keys keys = schedule(random.key);
  chunk chunk;
  int64_t column = first % columns;
  cursor cursor = {.row = first_row + first / columns, .block = column / 4, .position = -(column % 4)};
  while (cursor.position < count) {
    int64_t start = cursor.position;
    int64_t blocks = next_blocks(&chunk, &cursor, columns, count);
    int64_t padded = ck_round_up(blocks);
    for (int64_t i = blocks; i < padded; ++i) chunk.block[i] = chunk.row[i] = 0;
    make_words(&chunk, &keys, random.iteration, random.stream, padded);
    transform(&chunk, padded);
    deliver(out, &chunk, blocks, start, count);
  }
}

void ck_random_uniform(float *out, ck_random random, int64_t first_row, int64_t columns, int64_t first, int64_t count) {
  fill(out, random, first_row, columns, first, count, make_uniforms);
}

void ck_random_normal(float *out, ck_random random, int64_t first_row, int64_t columns, int64_t first, int64_t count) {
  fill(out, random, first_row, columns, first, count, columns <= 2 ? make_first_normals : make_normals);
}
