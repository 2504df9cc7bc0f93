// Looks for values that are not finite, in integers, so that no floating-point assumption can hide one.
#include "CKernels.h"
#include "dispatch.h"

#define EXPONENT_BITS 0x7f800000u

#define BLOCK 1024

CK_LEVELS(static, bool, all_finite, (const float *x, int64_t count), (x, count)) {
  uint32_t worst = 0;
  for (int64_t i = 0; i < count; ++i) worst |= (uint32_t)((ck_bits(x[i]) & EXPONENT_BITS) == EXPONENT_BITS);
  return worst == 0;
}

int64_t ck_first_nonfinite(const float *x, int64_t count) {
  for (int64_t start = 0; start < count; start += BLOCK) {
    int64_t end = ck_minimum(start + BLOCK, count);
    if (all_finite(x + start, end - start)) continue;
    for (int64_t i = start; i < end; ++i) {
      if ((ck_bits(x[i]) & EXPONENT_BITS) == EXPONENT_BITS) return i;
    }
  }
  return -1;
}
