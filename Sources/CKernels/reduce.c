// Sums and maxima over rows and columns. Accumulators and their order are spelled out, so the bits depend on the
// shape alone: not on the machine's vectors, nor on how rows are cut into calls.
#include "CKernels.h"
#include "row_reductions.h"

#pragma STDC FP_CONTRACT OFF

CK_LEVELS(static, void, sum_long_rows,
          (float *out, const float *x, int64_t rows, int64_t columns), (out, x, rows, columns)) {
  for (int64_t i = 0; i < rows; ++i) out[i] = ck_sum_row(x + i * columns, columns);
}

CK_LEVELS(static, void, maximum_long_rows,
          (float *out, const float *x, int64_t rows, int64_t columns), (out, x, rows, columns)) {
  for (int64_t i = 0; i < rows; ++i) out[i] = ck_maximum_row(x + i * columns, columns);
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
    SHORT_CASES(ck_add)
    default:
      for (int64_t i = 0; i < rows; ++i) out[i] = ck_sum_row(x + i * columns, columns);
  }
}

CK_LEVELS(static, void, maximum_short_rows,
          (float *restrict out, const float *restrict x, int64_t rows, int64_t columns), (out, x, rows, columns)) {
  switch (columns) {
    SHORT_CASES(ck_larger)
    default:
      for (int64_t i = 0; i < rows; ++i) out[i] = ck_maximum_row(x + i * columns, columns);
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
  CK_LEVELS(static, void, name,                                                                             \
            (float *restrict out, const float *restrict x, int64_t rows, int64_t columns, int64_t stride),  \
            (out, x, rows, columns, stride)) {                                                              \
    int64_t i = 0;                                                                                          \
    for (; i + 8 <= rows; i += 8) {                                                                         \
      const float *row = x + i * stride;                                                                    \
      for (int64_t j = 0; j < columns; ++j) {                                                               \
        float result = out[j];                                                                              \
        for (int k = 0; k < 8; ++k) result = combine(result, row[k * stride + j]);                          \
        out[j] = result;                                                                                    \
      }                                                                                                     \
    }                                                                                                       \
    for (; i < rows; ++i) {                                                                                 \
      const float *row = x + i * stride;                                                                    \
      for (int64_t j = 0; j < columns; ++j) out[j] = combine(out[j], row[j]);                               \
    }                                                                                                       \
  }

DEFINE_COMBINE_ROWS(combine_sum_rows, ck_add)
DEFINE_COMBINE_ROWS(combine_maximum_rows, ck_larger)

void ck_sum_rows(float *out, const float *x, int64_t rows, int64_t columns, int64_t stride, bool accumulate) {
  if (!accumulate) memset(out, 0, (size_t)columns * sizeof(float));
  combine_sum_rows(out, x, rows, columns, stride);
}

void ck_maximum_rows(float *out, const float *x, int64_t rows, int64_t columns, int64_t stride, bool accumulate) {
  for (int64_t j = 0; j < columns && !accumulate; ++j) out[j] = -CK_INFINITY;
  combine_maximum_rows(out, x, rows, columns, stride);
}
