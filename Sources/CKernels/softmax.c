// Softmax and its logarithm along rows, and their pullbacks.
#include "CKernels.h"
#include "softmax.h"

#pragma STDC FP_CONTRACT OFF

CK_LEVELS(extern, void, ck_softmax,
          (float *out, const float *x, int64_t rows, int64_t columns), (out, x, rows, columns)) {
  for (int64_t i = 0; i < rows; ++i) ck_softmax_row(out + i * columns, x + i * columns, columns);
}

CK_LEVELS(extern, void, ck_log_softmax,
          (float *out, const float *x, int64_t rows, int64_t columns), (out, x, rows, columns)) {
  for (int64_t i = 0; i < rows; ++i, out += columns, x += columns) {
    float shift = ck_softmax_shift(x, columns);
    ck_exponentials(out, x, shift, columns);
    float logarithm = ck_log(ck_sum_row(out, columns));
    CK_VECTOR_LOOP for (int64_t j = 0; j < columns; ++j) out[j] = (x[j] - shift) - logarithm;
  }
}

CK_LEVELS(extern, void, ck_softmax_gradient,
          (float *out, const float *y, const float *g, int64_t rows, int64_t columns), (out, y, g, rows, columns)) {
  for (int64_t i = 0; i < rows; ++i) {
    ck_softmax_gradient_row(out + i * columns, y + i * columns, g + i * columns, columns);
  }
}

CK_LEVELS(extern, void, ck_log_softmax_gradient,
          (float *out, const float *y, const float *g, int64_t rows, int64_t columns), (out, y, g, rows, columns)) {
  for (int64_t i = 0; i < rows; ++i, out += columns, y += columns, g += columns) {
    float sum = ck_sum_row(g, columns);
    ck_exponentials(out, y, 0.0f, columns);
    CK_VECTOR_LOOP for (int64_t j = 0; j < columns; ++j) out[j] = ck_fma(-out[j], sum, g[j]);
  }
}
