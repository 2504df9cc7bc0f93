// Convolutions of images of few channels, whose patches are short runs of floats. An image is copied into planes, one a
// channel, with its padding; what neighbouring pixels read for one tap and channel is then adjacent.
#ifndef CK_PLANES_H
#define CK_PLANES_H

#include "include/CKernels.h"
#include "patches.h"

// Whether gathering from this window into so many channels goes by planes.
bool ck_planes_pay(const ck_window *window, int64_t channels);
int64_t ck_planes_scratch(const ck_window *window, int64_t channels);

// out[pixel, :] = the patch of each pixel of `in` times the packed weights, for all images.
void ck_planes_multiply(float *out, int64_t out_stride, const float *in, const float *packed, const ck_window *window,
                        int64_t channels, int64_t images, float *scratch);

// sums[(tap, channel), row] (+)= the sum over pixels of patch[pixel, (tap, channel)] * single[pixel, row].
void ck_planes_sum(float *sums, const float *single, int64_t stride, int64_t rows, const float *in,
                   const ck_window *window, int64_t images, bool accumulate, float *scratch);

#endif
