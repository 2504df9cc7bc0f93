// Sums of all elements up to each.
#include "CKernels.h"
#include "dispatch.h"

#pragma STDC FP_CONTRACT OFF

// out[i] = a[i] + b[i]
CK_LEVELS(static, void, add, (float *out, const float *a, const float *b, int64_t count), (out, a, b, count)) {
  CK_VECTOR_LOOP for (int64_t i = 0; i < count; ++i) out[i] = a[i] + b[i];
}

// Elements `step` apart.
static void sum_line(float *out, const float *x, int64_t count, int64_t step, bool exclusive) {
  float sum = 0.0f;
  for (int64_t j = 0; j < count; ++j, out += step, x += step) {
    float before = sum;
    sum += *x;
    *out = exclusive ? before : sum;
  }
}

void ck_cumulative_sum(float *out, const float *x, int64_t outer, int64_t count, int64_t inner, bool exclusive,
                       bool reversed) {
  const int64_t step = reversed ? -inner : inner, start = reversed ? (count - 1) * inner : 0;
  if (count == 0) return;
  for (int64_t n = 0; n < outer; ++n, out += count * inner, x += count * inner) {
    float *to = out + start;
    const float *from = x + start;
    if (inner == 1) {
      sum_line(to, from, count, step, exclusive);
      continue;
    }
    memset(to, 0, (size_t)inner * sizeof(float));
    if (!exclusive) add(to, to, from, inner);
    for (int64_t j = 1; j < count; ++j, to += step, from += step) {
      add(to + step, to, exclusive ? from : from + step, inner);
    }
  }
}
