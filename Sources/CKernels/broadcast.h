// Materialises a broadcast or strided operand, a strip at a time. Private to the target.
#ifndef CK_BROADCAST_H
#define CK_BROADCAST_H

#include "CKernels.h"

// A CK_BROADCAST register in fewest dimensions.
typedef struct ck_broadcast {
  const float *base;
  int64_t rank;  // at least 1
  int64_t extent[CK_MAXIMUM_RANK];
  int64_t stride[CK_MAXIMUM_RANK];
  int64_t period;  // with an outermost stride of 0, the number of elements after which all repeats; else 0
} ck_broadcast;

ck_broadcast ck_broadcast_prepare(const ck_register *description, const float *base);

// out[i] = element first + i of the index space, i in [0, count). count <= CK_STRIP, the room at `out`.
void ck_broadcast_fill(float *out, const ck_broadcast *broadcast, int64_t first, int64_t count);

#endif
