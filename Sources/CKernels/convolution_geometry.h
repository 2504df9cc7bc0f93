// Which pixels of a convolution's images meet, seen from each side.
#ifndef CK_CONVOLUTION_GEOMETRY_H
#define CK_CONVOLUTION_GEOMETRY_H

#include "dispatch.h"
#include "include/CKernels.h"
#include "patches.h"

CK_INLINE int64_t ck_convolution_taps(const ck_convolution *shape) {
  return shape->rows.kernel * shape->columns.kernel;
}
// Channels of a group.
CK_INLINE int64_t ck_group_inputs(const ck_convolution *shape) { return shape->inputs / shape->groups; }
CK_INLINE int64_t ck_group_outputs(const ck_convolution *shape) { return shape->outputs / shape->groups; }

// Each pixel of y against the pixels of x that it is made of.
ck_window ck_window_on_x(const ck_convolution *shape);
// Each pixel of x against the pixels of y that it goes into, when the strides are 1.
ck_window ck_window_on_y(const ck_convolution *shape);

// Pixels of x whose position is `at` from 0 plus multiples of the stride all go into y by the same taps: those from
// `first_tap` on, `tap_step` apart.
typedef struct ck_phase_axis {
  ck_axis axis;  // the pixels of x against those of y
  int64_t at, first_tap, tap_step;
} ck_phase_axis;

typedef struct ck_phase {
  ck_phase_axis rows, columns;
} ck_phase;

CK_INLINE int64_t ck_phase_count(const ck_convolution *shape) { return shape->rows.stride * shape->columns.stride; }
ck_phase ck_phase_of(const ck_convolution *shape, int64_t number);
ck_window ck_phase_window(const ck_convolution *shape, const ck_phase *phase);

#endif
