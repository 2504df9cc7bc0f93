// Sums and maxima over rows and columns. Accumulators and their order are spelled out, so the bits depend on the
// shape alone: not on the machine's vectors, nor on how rows are cut into calls.
#include "CKernels.h"
#include "vector_math.h"

#pragma STDC FP_CONTRACT OFF

CK_INLINE float add(float a, float b) { return a + b; }

// A NaN operand gives NaN.
CK_INLINE float larger(float a, float b) { return ((a > b) | (a != a)) ? a : b; }

// Independent partial results of a long row: element j goes to number j % WIDE while whole groups last.
#define WIDE 64

// One row. Fewer than 16 columns: from left to right. Fewer than 64: 16 partial results. Else 64, then 16. Partial
// results are folded by halves, and what is left of the row comes last.
#define DEFINE_ROW(name, combine, identity)                                                          \
  CK_INLINE float name##_row(const float *x, int64_t columns) {                                      \
    float result = (identity);                                                                       \
    int64_t j = 0;                                                                                   \
    if (columns >= CK_LANES) {                                                                       \
      float lanes[CK_LANES];                                                                         \
      if (columns >= WIDE) {                                                                         \
        float wide[WIDE];                                                                            \
        memcpy(wide, x, sizeof wide);                                                                \
        for (j = WIDE; j + WIDE <= columns; j += WIDE) {                                             \
          for (int k = 0; k < WIDE; ++k) wide[k] = combine(wide[k], x[j + k]);                       \
        }                                                                                            \
        for (int k = 0; k < CK_LANES; ++k) {                                                         \
          lanes[k] = combine(combine(wide[k], wide[k + 16]), combine(wide[k + 32], wide[k + 48]));   \
        }                                                                                            \
      } else {                                                                                       \
        memcpy(lanes, x, sizeof lanes);                                                              \
        j = CK_LANES;                                                                                \
      }                                                                                              \
      for (; j + CK_LANES <= columns; j += CK_LANES) {                                               \
        for (int k = 0; k < CK_LANES; ++k) lanes[k] = combine(lanes[k], x[j + k]);                   \
      }                                                                                              \
      for (int half = CK_LANES / 2; half > 0; half /= 2) {                                           \
        for (int k = 0; k < half; ++k) lanes[k] = combine(lanes[k], lanes[k + half]);                \
      }                                                                                              \
      result = lanes[0];                                                                             \
    }                                                                                                \
    for (; j < columns; ++j) result = combine(result, x[j]);                                         \
    return result;                                                                                   \
  }

DEFINE_ROW(sum, add, 0.0f)
DEFINE_ROW(maximum, larger, -CK_INFINITY)

CK_LEVELS(static, void, sum_long_rows,
          (float *out, const float *x, int64_t rows, int64_t columns), (out, x, rows, columns)) {
  for (int64_t i = 0; i < rows; ++i) out[i] = sum_row(x + i * columns, columns);
}

CK_LEVELS(static, void, maximum_long_rows,
          (float *out, const float *x, int64_t rows, int64_t columns), (out, x, rows, columns)) {
  for (int64_t i = 0; i < rows; ++i) out[i] = maximum_row(x + i * columns, columns);
}

// Short rows, vectorised over rows: with `columns` known, the strided loads become shuffles.
#define SHORT_CASE(combine, width)                                                      \
  case width:                                                                           \
    for (int64_t i = 0; i < rows; ++i) {                                                \
      float result = x[i * (width)];                                                    \
      for (int j = 1; j < (width); ++j) result = combine(result, x[i * (width) + j]);   \
      out[i] = result;                                                                  \
    }                                                                                   \
    break;
#define SHORT_CASES(combine) \
  SHORT_CASE(combine, 1)     \
  SHORT_CASE(combine, 2)     \
  SHORT_CASE(combine, 3)     \
  SHORT_CASE(combine, 4)     \
  SHORT_CASE(combine, 8)

CK_LEVELS(static, void, sum_short_rows,
          (float *restrict out, const float *restrict x, int64_t rows, int64_t columns), (out, x, rows, columns)) {
  switch (columns) {
    SHORT_CASES(add)
    default:
      for (int64_t i = 0; i < rows; ++i) out[i] = sum_row(x + i * columns, columns);
  }
}

CK_LEVELS(static, void, maximum_short_rows,
          (float *restrict out, const float *restrict x, int64_t rows, int64_t columns), (out, x, rows, columns)) {
  switch (columns) {
    SHORT_CASES(larger)
    default:
      for (int64_t i = 0; i < rows; ++i) out[i] = maximum_row(x + i * columns, columns);
  }
}

void ck_sum_columns(float *out, const float *x, int64_t rows, int64_t columns) {
  (columns < CK_LANES ? sum_short_rows : sum_long_rows)(out, x, rows, columns);
}

void ck_maximum_columns(float *out, const float *x, int64_t rows, int64_t columns) {
  (columns < CK_LANES ? maximum_short_rows : maximum_long_rows)(out, x, rows, columns);
}

// out[j] = out[j] op x[0, j] op x[1, j] ... in order. Eight rows at a time, so that `out` is read and written once
// for eight additions.
#define DEFINE_COMBINE_ROWS(name, combine)                                                                  \
  CK_LEVELS(static, void, name, (float *restrict out, const float *restrict x, int64_t rows, int64_t columns), \
            (out, x, rows, columns)) {                                                                          \
    int64_t i = 0;                                                                                          \
    for (; i + 8 <= rows; i += 8) {                                                                         \
      const float *row = x + i * columns;                                                                   \
      for (int64_t j = 0; j < columns; ++j) {                                                               \
        float result = out[j];                                                                              \
        for (int k = 0; k < 8; ++k) result = combine(result, row[k * columns + j]);                         \
        out[j] = result;                                                                                    \
      }                                                                                                     \
    }                                                                                                       \
    for (; i < rows; ++i) {                                                                                 \
      const float *row = x + i * columns;                                                                   \
      for (int64_t j = 0; j < columns; ++j) out[j] = combine(out[j], row[j]);                               \
    }                                                                                                       \
  }

DEFINE_COMBINE_ROWS(combine_sum_rows, add)
DEFINE_COMBINE_ROWS(combine_maximum_rows, larger)

void ck_sum_rows(float *out, const float *x, int64_t rows, int64_t columns, bool accumulate) {
  if (!accumulate) memset(out, 0, (size_t)columns * sizeof(float));
  combine_sum_rows(out, x, rows, columns);
}

void ck_maximum_rows(float *out, const float *x, int64_t rows, int64_t columns, bool accumulate) {
  for (int64_t j = 0; j < columns && !accumulate; ++j) out[j] = -CK_INFINITY;
  combine_maximum_rows(out, x, rows, columns);
}
