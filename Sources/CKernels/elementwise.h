// The elementwise kernels, by opcode. Private to the target.
#ifndef CK_ELEMENTWISE_H
#define CK_ELEMENTWISE_H

#include "CKernels.h"

// out[i] = f(a[i], b[i], c[i]) for i in [0, count); count is a multiple of CK_LANES, at most CK_STRIP.
// An operand may be `out` itself; a kernel of one or two operands does not read the rest.
typedef void (*ck_kernel)(float *out, const float *a, const float *b, const float *c, int64_t count);

extern const ck_kernel ck_kernels[CK_OPCODE_COUNT];

#endif
