// Attention by blocks of queries: a block's scores are made, used and forgotten, so that the matrix of all scores never
// exists. Each block holds all keys of its queries, so its softmax is that of whole rows.
#include "CKernels.h"
#include "softmax.h"

#pragma STDC FP_CONTRACT OFF

// Floats of a block's scores: with a block's gradients, a quarter of the second-level cache.
#define BLOCK_SCORES 32768
// Queries of a block at least, so that a product reuses the keys.
#define LEAST_QUERIES 16

static int64_t block_queries(const ck_attention *shape) {
  int64_t fitting = BLOCK_SCORES / (shape->keys > 0 ? shape->keys : 1);
  return ck_minimum(shape->queries, fitting > LEAST_QUERIES ? fitting : LEAST_QUERIES);
}

static int64_t packed_size(int64_t k, int64_t n) { return ck_round_up(ck_packed_size(k, n)); }

int64_t ck_attention_scratch(const ck_attention *shape) {
  const int64_t queries = block_queries(shape);
  return packed_size(shape->depth, shape->keys) + packed_size(shape->value_depth, shape->keys) +
         2 * ck_round_up(queries * shape->keys) + ck_round_up(queries * shape->depth);
}

// What the scratch holds.
typedef struct attention_scratch {
  float *keys, *values;     // packed, transposed
  float *scores, *changes;  // [queries, keys]
  float *scaled;            // [queries, depth]
} attention_scratch;

static attention_scratch divide(float *scratch, const ck_attention *shape) {
  const int64_t block = ck_round_up(block_queries(shape) * shape->keys);
  attention_scratch parts;
  parts.keys = scratch;
  parts.values = parts.keys + packed_size(shape->depth, shape->keys);
  parts.scores = parts.values + packed_size(shape->value_depth, shape->keys);
  parts.changes = parts.scores + block;
  parts.scaled = parts.changes + block;
  return parts;
}

CK_LEVELS(static, void, scaled, (float *out, const float *x, float scale, int64_t count), (out, x, scale, count)) {
  CK_VECTOR_LOOP for (int64_t i = 0; i < count; ++i) out[i] = x[i] * scale;
}

// The softmax of the scores of queries first ..< first + count, in parts.scores; their scaled queries in parts.scaled.
static void weights(attention_scratch parts, const float *q, const float *bias, const ck_attention *shape,
                    int64_t first, int64_t count) {
  const int64_t depth = shape->depth, keys = shape->keys;
  scaled(parts.scaled, q + first * depth, shape->scale, count * depth);
  for (int64_t i = 0; i < count && bias; ++i) {
    memcpy(parts.scores + i * keys, bias + (first + i) * shape->bias_query_stride, (size_t)keys * sizeof(float));
  }
  ck_matmul_packed(parts.scores, keys, parts.scaled, depth, 1, parts.keys, count, keys, depth, bias != NULL);
  ck_softmax(parts.scores, parts.scores, count, keys);
}

static const float *bias_of(const float *bias, const ck_attention *shape, int64_t head) {
  if (bias == NULL) return NULL;
  return bias + head / shape->heads * shape->bias_batch_stride + head % shape->heads * shape->bias_head_stride;
}

void ck_attention_forward(float *out, const float *q, const float *k, const float *v, const float *bias,
                          const ck_attention *shape, int64_t count, float *scratch) {
  const int64_t queries = shape->queries, keys = shape->keys, depth = shape->depth, values = shape->value_depth;
  const int64_t block = block_queries(shape);
  attention_scratch parts = divide(scratch, shape);
  for (int64_t head = 0; head < count; ++head) {
    ck_pack(parts.keys, k, depth, keys, 1, depth);
    for (int64_t first = 0; first < queries; first += block) {
      const int64_t rows = ck_minimum(block, queries - first);
      weights(parts, q, bias_of(bias, shape, head), shape, first, rows);
      ck_matmul(out + first * values, values, parts.scores, keys, 1, v, values, rows, values, keys, false);
    }
    q += queries * depth, k += keys * depth, v += keys * values, out += queries * values;
  }
}

void ck_attention_gradient(float *out, const float *q, const float *k, const float *v, const float *g,
                           const float *bias, const ck_attention *shape, int64_t count, float *scratch) {
  const int64_t queries = shape->queries, keys = shape->keys, depth = shape->depth, values = shape->value_depth;
  const int64_t block = block_queries(shape);
  attention_scratch parts = divide(scratch, shape);
  for (int64_t head = 0; head < count; ++head) {
    float *dq = out, *dk = dq + queries * depth, *dv = dk + keys * depth;
    ck_pack(parts.keys, k, depth, keys, 1, depth);
    ck_pack(parts.values, v, values, keys, 1, values);
    for (int64_t first = 0; first < queries; first += block) {
      const int64_t rows = ck_minimum(block, queries - first);
      const float *block_g = g + first * values;
      const bool continues = first > 0;
      weights(parts, q, bias_of(bias, shape, head), shape, first, rows);
      ck_matmul(dv, values, parts.scores, 1, keys, block_g, values, keys, values, rows, continues);
      ck_matmul_packed(parts.changes, keys, block_g, values, 1, parts.values, rows, keys, values, false);
      ck_softmax_gradient(parts.changes, parts.scores, parts.changes, rows, keys);
      ck_matmul(dk, depth, parts.changes, 1, keys, parts.scaled, depth, keys, depth, rows, continues);
      ck_matmul(dq + first * depth, depth, parts.changes, keys, 1, k, depth, rows, depth, keys, false);
      scaled(dq + first * depth, dq + first * depth, shape->scale, rows * depth);
    }
    q += queries * depth, k += keys * depth, v += keys * values, g += queries * values;
    out = dv + keys * values;
  }
}
