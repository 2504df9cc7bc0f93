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

// Blocks made at once: what a strip needs that begins inside a group. Everything about them fits in the L1 cache.
#define CHUNK 288
// Blocks whose rounds are interleaved, which hides the latency of their multiplications: four vectors of eight.
#define BATCH 32
// Blocks of a group: a vector.
#define GROUP CK_LANES

typedef struct round_keys {
  uint64_t key[ROUNDS][2];
} round_keys;

// The key under which iterations draw that share their upper 32 bits: SplitMix64's finaliser, a bijection of 64 bits
// that leaves 0 in place, spreads those.
static void derive_key(uint32_t key[2], const ck_random *random) {
  uint64_t mixed = random->iteration >> 32;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
  mixed ^= mixed >> 31;
  key[0] = random->key[0] ^ (uint32_t)mixed;
  key[1] = random->key[1] ^ (uint32_t)(mixed >> 32);
}

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

// A chunk of blocks: their words, and the numbers made from them.
typedef struct chunk {
  uint32_t words[4][CHUNK];
  float values[4 * CHUNK];
} chunk;

// Whole batches of blocks, from number `block` on.
CK_LEVELS(static, void, make_words,
          (chunk *chunk, const round_keys *keys, const ck_random *random, int64_t block, int64_t count),
          (chunk, keys, random, block, count)) {
  round_keys local = *keys;  // no store below can change it
  uint64_t iteration = (uint32_t)random->iteration, stream = random->stream;
#pragma clang loop vectorize(assume_safety) vectorize_width(8) interleave_count(4)
  for (int64_t i = 0; i < count; ++i) {
    uint64_t number = (uint64_t)(block + i);
    uint64_t counter[4] = {number, number >> 32, iteration, stream};
    ten_rounds(&local, counter);
    for (int w = 0; w < 4; ++w) chunk->words[w][i] = (uint32_t)counter[w];
  }
}

// The top 128 words would round to 1.
CK_INLINE float unit_interval(uint32_t word) {
  float u = ck_fma((float)word, 0x1p-32f, 0x1p-33f);
  return u < 1.0f ? u : 0x1.fffffep-1f;
}

// Groups of blocks give each of their words to a vector of elements, so nothing is shuffled.
CK_LEVELS(static, void, make_uniforms, (float *out, const chunk *chunk, int64_t count), (out, chunk, count)) {
  for (int64_t group = 0; group < count; group += GROUP, out += 4 * GROUP) {
    CK_VECTOR_LOOP for (int64_t i = 0; i < GROUP; ++i) {
      out[i] = unit_interval(chunk->words[0][group + i]);
      out[GROUP + i] = unit_interval(chunk->words[1][group + i]);
      out[2 * GROUP + i] = unit_interval(chunk->words[2][group + i]);
      out[3 * GROUP + i] = unit_interval(chunk->words[3][group + i]);
    }
  }
}

typedef struct pair {
  float cosine, sine;
} pair;

// The angle (word + 1/2) / 2^32 turns is split in integers: the nearest quarter turn, in the upper two bits of the word
// and an eighth turn, and a remainder of 30 bits.
CK_INLINE pair box_muller(uint32_t radial, uint32_t angular) {
  float radius = __builtin_elementwise_sqrt(-2.0f * ck_log_normal(unit_interval(radial)));
  uint32_t quadrant = angular + 0x20000000u;
  float remainder = (float)(int32_t)(angular << 2);
  float angle = ck_fma(remainder, 0x1.921fb6p-32f, 0x1.921fb6p-31f);
  float sine = ck_sine_near_zero(angle), cosine = ck_cosine_near_zero(angle);
  bool odd = quadrant & 0x40000000u;
  float x = odd ? sine : cosine, y = odd ? cosine : sine;
  pair result = {radius * ck_float(ck_bits(x) ^ ((quadrant ^ quadrant << 1) & 0x80000000u)),
                 radius * ck_float(ck_bits(y) ^ (quadrant & 0x80000000u))};
  return result;
}

CK_LEVELS(static, void, make_normals, (float *out, const chunk *chunk, int64_t count), (out, chunk, count)) {
  for (int64_t group = 0; group < count; group += GROUP, out += 4 * GROUP) {
    CK_VECTOR_LOOP for (int64_t i = 0; i < GROUP; ++i) {
      pair first = box_muller(chunk->words[0][group + i], chunk->words[1][group + i]);
      pair second = box_muller(chunk->words[2][group + i], chunk->words[3][group + i]);
      out[i] = first.cosine;
      out[GROUP + i] = first.sine;
      out[2 * GROUP + i] = second.cosine;
      out[3 * GROUP + i] = second.sine;
    }
  }
}

typedef void (*transform)(float *out, const chunk *chunk, int64_t count);

static void fill(float *out, ck_random random, int64_t first, int64_t count, transform transform) {
  const int64_t size = 4 * GROUP;  // elements of a group
  uint32_t key[2];
  derive_key(key, &random);
  round_keys keys = schedule(key);
  chunk chunk;
  while (count > 0) {
    int64_t skipped = first % size;
    int64_t blocks = ck_minimum((skipped + count + size - 1) / size * GROUP, CHUNK);
    int64_t length = ck_minimum(4 * blocks - skipped, count);
    make_words(&chunk, &keys, &random, first / size * GROUP, (blocks + BATCH - 1) / BATCH * BATCH);
    if (length == 4 * blocks) {
      transform(out, &chunk, blocks);
    } else {
      transform(chunk.values, &chunk, blocks);
      memcpy(out, chunk.values + skipped, (size_t)length * sizeof(float));
    }
    out += length;
    first += length;
    count -= length;
  }
}

void ck_random_uniform(float *out, ck_random random, int64_t first, int64_t count) {
  fill(out, random, first, count, make_uniforms);
}

void ck_random_normal(float *out, ck_random random, int64_t first, int64_t count) {
  fill(out, random, first, count, make_normals);
}

#define DIGIT_BITS 24

int64_t ck_counter_value(const float *counter) {
  uint64_t value = 0;
  for (int digit = CK_COUNTER_DIGITS - 1; digit >= 0; --digit) value = value << DIGIT_BITS | (uint64_t)counter[digit];
  return (int64_t)value;
}

void ck_counter_set(float *counter, int64_t value) {
  uint64_t rest = (uint64_t)value;
  for (int digit = 0; digit < CK_COUNTER_DIGITS; ++digit, rest >>= DIGIT_BITS) {
    counter[digit] = (float)(rest & ((1u << DIGIT_BITS) - 1));
  }
}
