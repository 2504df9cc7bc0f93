// One row of a softmax and of its pullback, for kernels that go through rows. Private to the target.
#ifndef CK_SOFTMAX_H
#define CK_SOFTMAX_H

#include "row_reductions.h"

#pragma STDC FP_CONTRACT OFF

// e^x for x <= 0, to about a unit in the last place; below e^-87 it is 0, which a sum of at least 1 does not notice.
CK_INLINE float ck_exp_nonpositive(float x) {
  ck_reduced reduced = ck_reduce_by_ln2(x);
  float r = reduced.r;
  float y = (1.0f + ck_fma(r * r, ck_exp_tail(r), r)) * ck_power_of_two(reduced.exponent);
  return x < -87.0f ? 0.0f : y;
}

// The largest float: the shift of a row with +infinity.
#define CK_LARGEST 0x1.fffffep127f

// out[j] = e^(x[j] - shift), shift being the largest of x but where that is infinite. A row's end is a whole vector
// too. out may be x.
CK_INLINE void ck_exponentials(float *out, const float *x, float shift, int64_t columns) {
  if (shift == CK_LARGEST) {
    CK_VECTOR_LOOP for (int64_t j = 0; j < columns; ++j) out[j] = ck_exp(x[j] - shift);
    return;
  }
  int64_t whole = columns & -(int64_t)CK_LANES, rest = columns - whole;
  CK_VECTOR_LOOP for (int64_t j = 0; j < whole; ++j) out[j] = ck_exp_nonpositive(x[j] - shift);
  if (rest == 0) return;
  float end[CK_LANES];
  for (int64_t k = 0; k < CK_LANES; ++k) end[k] = k < rest ? x[whole + k] : shift;
  CK_VECTOR_LOOP for (int64_t k = 0; k < CK_LANES; ++k) end[k] = ck_exp_nonpositive(end[k] - shift);
  for (int64_t k = 0; k < rest; ++k) out[whole + k] = end[k];
}

// What is subtracted before the exponential: the largest element, kept finite so that no infinity minus itself makes
// a NaN of elements that have none.
CK_INLINE float ck_softmax_shift(const float *x, int64_t columns) {
  float peak = ck_maximum_row(x, columns);
  peak = peak > CK_LARGEST ? CK_LARGEST : peak;
  return peak < -CK_LARGEST ? -CK_LARGEST : peak;
}

// One row of ck_softmax.
CK_INLINE void ck_softmax_row(float *out, const float *x, int64_t columns) {
  ck_exponentials(out, x, ck_softmax_shift(x, columns), columns);
  float scale = 1.0f / ck_sum_row(out, columns);
  CK_VECTOR_LOOP for (int64_t j = 0; j < columns; ++j) out[j] *= scale;
}

// One row of ck_softmax_gradient.
CK_INLINE void ck_softmax_gradient_row(float *out, const float *y, const float *g, int64_t columns) {
  float mean = ck_dot_row(y, g, columns);
  CK_VECTOR_LOOP for (int64_t j = 0; j < columns; ++j) out[j] = y[j] * (g[j] - mean);
}

#endif
