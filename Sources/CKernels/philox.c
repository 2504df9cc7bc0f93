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
  uint64_t key[ROUNDS][2];
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

// A chunk of blocks: the first two words of their counters, then their output words; and where each block's
// elements go in the output, relative to the chunk's first block.
typedef struct chunk {
  uint32_t block[CHUNK], row[CHUNK];
  int32_t position[CHUNK];
  uint32_t words[4][CHUNK];
  float values[CHUNK][4];
} chunk;

// Blocks follow one another within a row and then in the next. `block` is the first one's number in its row, of
// `blocks_in_row`; each row's last block has `gap` elements too many.
CK_CLONES static void number_blocks(chunk *chunk, int64_t row, int64_t block, int64_t blocks_in_row, int64_t gap,
                                    int64_t count) {
  // The rows begun since the first: for long rows 0 or 1; for short ones a quotient of numbers below 2 CHUNK, whose
  // float division is exact when made from the middle between integers.
  bool long_rows = blocks_in_row > CHUNK;
  float scale = 1.0f / (float)blocks_in_row;
  CK_VECTOR_LOOP for (int64_t i = 0; i < count; ++i) {
    uint32_t number = (uint32_t)block + (uint32_t)i;
    uint32_t quotient = (uint32_t)(int32_t)(((float)(int32_t)number + 0.5f) * scale);
    uint32_t later = number >= (uint32_t)blocks_in_row ? 1 : 0;
    uint32_t rows = long_rows ? later : quotient;
    chunk->row[i] = (uint32_t)row + rows;
    chunk->block[i] = number - rows * (uint32_t)blocks_in_row;
    chunk->position[i] = (int32_t)((uint32_t)i * 4 - rows * (uint32_t)gap);
  }
}

CK_CLONES static void make_words(chunk *chunk, const round_keys *keys, uint32_t iteration, uint32_t stream,
                                 int64_t count) {
  round_keys local = *keys;  // no store below can change it
#pragma clang loop vectorize(assume_safety) vectorize_width(8) interleave_count(2)
  for (int64_t i = 0; i < count; ++i) {
    uint64_t counter[4] = {chunk->block[i], chunk->row[i], iteration, stream};
    ten_rounds(&local, counter);
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

CK_CLONES static void make_uniforms(float (*values)[4], const chunk *chunk, int64_t count) {
  CK_VECTOR_LOOP for (int64_t i = 0; i < count; ++i) {
    for (int w = 0; w < 4; ++w) values[i][w] = unit_interval(chunk->words[w][i]);
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

CK_CLONES static void make_normals(float (*values)[4], const chunk *chunk, int64_t count) {
  CK_VECTOR_LOOP for (int64_t i = 0; i < count; ++i) {
    pair first = box_muller(chunk->words[0][i], chunk->words[1][i]);
    pair second = box_muller(chunk->words[2][i], chunk->words[3][i]);
    values[i][0] = first.cosine;
    values[i][1] = first.sine;
    values[i][2] = second.cosine;
    values[i][3] = second.sine;
  }
}

// For rows of one or two columns, which use a block's first pair alone.
CK_CLONES static void make_first_normals(float (*values)[4], const chunk *chunk, int64_t count) {
  CK_VECTOR_LOOP for (int64_t i = 0; i < count; ++i) {
    pair first = box_muller(chunk->words[0][i], chunk->words[1][i]);
    values[i][0] = first.cosine;
    values[i][1] = first.sine;
  }
}

// The elements of one block that fall inside [0, end).
static void deliver_part(float *out, const float values[4], int64_t position, int64_t end) {
  for (int64_t w = 0; w < 4; ++w) {
    if (position + w >= 0 && position + w < end) out[position + w] = values[w];
  }
}

// In order, since a block's excess is overwritten by the next. All but those at the edges are copied whole.
static void deliver(float *out, const chunk *chunk, int64_t blocks, int64_t start, int64_t end) {
  int64_t i = 0, last = blocks;
  while (last > 0 && start + chunk->position[last - 1] + 4 > end) last -= 1;
  if (start < 0) deliver_part(out, chunk->values[i++], start, end);
  for (; i < last; ++i) memcpy(out + start + chunk->position[i], chunk->values[i], 4 * sizeof(float));
  for (; i < blocks; ++i) deliver_part(out, chunk->values[i], start + chunk->position[i], end);
}

typedef void (*transform)(float (*values)[4], const chunk *chunk, int64_t count);

static void fill(float *out, ck_random random, int64_t first_row, int64_t columns, int64_t first, int64_t count,
                 transform transform) {
  if (count <= 0 || columns <= 0) return;
  round_keys keys = schedule(random.key);
  chunk chunk;
  int64_t blocks_in_row = (columns + 3) / 4, gap = 4 * blocks_in_row - columns;
  int64_t last = first + count - 1;
  int64_t row = first / columns, block = first % columns / 4, position = -(first % columns % 4);
  int64_t remaining = (last / columns - row) * blocks_in_row + last % columns / 4 - block + 1;
  while (remaining > 0) {
    int64_t blocks = ck_minimum(remaining, CHUNK), padded = ck_round_up(blocks);
    number_blocks(&chunk, first_row + row, block, blocks_in_row, gap, padded);
    make_words(&chunk, &keys, random.iteration, random.stream, padded);
    // Blocks without gaps that end inside the range go straight to the output.
    if (gap == 0 && position >= 0 && position + 4 * padded <= count) {
      transform((float(*)[4])(out + position), &chunk, padded);
    } else {
      transform(chunk.values, &chunk, padded);
      deliver(out, &chunk, blocks, position, count);
    }
    int64_t rows = (block + blocks) / blocks_in_row;
    row += rows;
    block += blocks - rows * blocks_in_row;
    position += 4 * blocks - rows * gap;
    remaining -= blocks;
  }
}

void ck_random_uniform(float *out, ck_random random, int64_t first_row, int64_t columns, int64_t first, int64_t count) {
  fill(out, random, first_row, columns, first, count, make_uniforms);
}

void ck_random_normal(float *out, ck_random random, int64_t first_row, int64_t columns, int64_t first, int64_t count) {
  fill(out, random, first_row, columns, first, count, columns <= 2 ? make_first_normals : make_normals);
}
