// The sum, the maximum and products of rows, for kernels that go through rows. Private to the target.
//
// Vectors are spelled out: loops over an array of 16 lanes do not become registers. They travel by pointer, since the
// baseline has no way to return one.
#ifndef CK_ROW_REDUCTIONS_H
#define CK_ROW_REDUCTIONS_H

#include "vector_math.h"

#pragma STDC FP_CONTRACT OFF

typedef float ck_vector __attribute__((vector_size(4 * CK_LANES)));
typedef int32_t ck_mask __attribute__((vector_size(4 * CK_LANES)));

CK_INLINE void ck_load(ck_vector *v, const float *x) { memcpy(v, x, sizeof *v); }

CK_INLINE float ck_add(float a, float b) { return a + b; }
CK_INLINE void ck_add_vector(ck_vector *a, const ck_vector *b) { *a += *b; }

// A NaN operand gives NaN.
CK_INLINE float ck_larger(float a, float b) { return ((a > b) | (a != a)) ? a : b; }
CK_INLINE void ck_larger_vector(ck_vector *a, const ck_vector *b) {
  ck_mask first = (*a > *b) | (*a != *a);
  *a = (ck_vector)((first & (ck_mask)*a) | (~first & (ck_mask)*b));
}

// c += a b, fused.
CK_INLINE void ck_fma_vector(ck_vector *c, const ck_vector *a, const ck_vector *b) {
  *c = __builtin_elementwise_fma(*a, *b, *c);
}

// Independent partial results of a long row: element j goes to number j % CK_WIDE while whole groups last.
#define CK_WIDE 64

// One row. Fewer than 16 columns: from left to right. Fewer than 64: 16 partial results. Else 64, then 16. Partial
// results are folded by halves, and what is left of the row comes last.
#define CK_DEFINE_ROW(name, combine, identity)                                                                   \
  CK_INLINE float ck_##name##_fold(const ck_vector *vector) {                                                    \
    ck_vector v = *vector;                                                                                       \
    ck_vector w = __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);           \
    combine##_vector(&v, &w);                                                                                    \
    w = __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15);                     \
    combine##_vector(&v, &w);                                                                                    \
    w = __builtin_shufflevector(v, v, 2, 3, 0, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);                     \
    combine##_vector(&v, &w);                                                                                    \
    return combine(v[0], v[1]);                                                                                  \
  }                                                                                                              \
  CK_INLINE float ck_##name##_row(const float *x, int64_t columns) {                                             \
    float result = (identity);                                                                                   \
    int64_t j = 0;                                                                                               \
    if (columns >= CK_LANES) {                                                                                   \
      ck_vector v[CK_WIDE / CK_LANES], next;                                                                     \
      ck_load(&v[0], x);                                                                                         \
      j = CK_LANES;                                                                                              \
      if (columns >= CK_WIDE) {                                                                                  \
        ck_load(&v[1], x + 16), ck_load(&v[2], x + 32), ck_load(&v[3], x + 48);                                  \
        for (j = CK_WIDE; j + CK_WIDE <= columns; j += CK_WIDE) {                                                \
          ck_load(&next, x + j), combine##_vector(&v[0], &next);                                                 \
          ck_load(&next, x + j + 16), combine##_vector(&v[1], &next);                                            \
          ck_load(&next, x + j + 32), combine##_vector(&v[2], &next);                                            \
          ck_load(&next, x + j + 48), combine##_vector(&v[3], &next);                                            \
        }                                                                                                        \
        combine##_vector(&v[0], &v[1]), combine##_vector(&v[2], &v[3]), combine##_vector(&v[0], &v[2]);          \
      }                                                                                                          \
      for (; j + CK_LANES <= columns; j += CK_LANES) ck_load(&next, x + j), combine##_vector(&v[0], &next);      \
      result = ck_##name##_fold(&v[0]);                                                                          \
    }                                                                                                            \
    for (; j < columns; ++j) result = combine(result, x[j]);                                                     \
    return result;                                                                                               \
  }

CK_DEFINE_ROW(sum, ck_add, 0.0f)
CK_DEFINE_ROW(maximum, ck_larger, -CK_INFINITY)

// The sum of a function of element j of a row, in an order that depends on `columns` alone: `vector` adds to the vector
// `total` for elements j to j + 15, `scalar` makes the float `result` from `result` and element j.
#define CK_SUM_TERMS(columns, vector, scalar)                                           \
  float result = 0.0f;                                                                  \
  int64_t j = 0;                                                                        \
  if ((columns) >= CK_LANES) {                                                          \
    ck_vector total = {0}, others = {0};                                                \
    for (; j + 2 * CK_LANES <= (columns); j += CK_LANES) {                              \
      vector;                                                                           \
      j += CK_LANES;                                                                    \
      {                                                                                 \
        ck_vector kept = total;                                                         \
        total = others;                                                                 \
        vector;                                                                         \
        others = total;                                                                 \
        total = kept;                                                                   \
      }                                                                                 \
    }                                                                                   \
    if (j + CK_LANES <= (columns)) {                                                    \
      vector;                                                                           \
      j += CK_LANES;                                                                    \
    }                                                                                   \
    total += others;                                                                    \
    result = ck_sum_fold(&total);                                                       \
  }                                                                                     \
  for (; j < (columns); ++j) result = (scalar);                                         \
  return result;

// The sum of a[j] b[j].
CK_INLINE float ck_dot_row(const float *a, const float *b, int64_t columns) {
  ck_vector v, w;
  CK_SUM_TERMS(columns, (ck_load(&v, a + j), ck_load(&w, b + j), ck_fma_vector(&total, &v, &w)),
               ck_fma(a[j], b[j], result))
}

// The sum of (x[j] - mean)^2.
CK_INLINE float ck_squares_row(const float *x, float mean, int64_t columns) {
  ck_vector v;
  CK_SUM_TERMS(columns, (ck_load(&v, x + j), v -= mean, ck_fma_vector(&total, &v, &v)),
               ck_fma(x[j] - mean, x[j] - mean, result))
}

// The sum of (x[j] - mean) a[j] b[j].
CK_INLINE float ck_centred_products_row(const float *x, float mean, const float *a, const float *b, int64_t columns) {
  ck_vector v, w, u;
  CK_SUM_TERMS(columns,
               (ck_load(&v, x + j), v -= mean, ck_load(&w, a + j), ck_load(&u, b + j), w *= u,
                ck_fma_vector(&total, &v, &w)),
               ck_fma(x[j] - mean, a[j] * b[j], result))
}

#endif
