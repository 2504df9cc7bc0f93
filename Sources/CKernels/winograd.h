// What the files of the Winograd convolution share: the algorithm, and the table of kernels that one instruction set
// provides.
//
// F(4x4, 3x3) of Winograd 1980 in the form of Lavin and Gray 2016: a tile of 4 x 4 outputs y from a patch of 6 x 6
// inputs d and 3 x 3 weights g is y = A'[(G g G') . (B' d B)]A, with . elementwise and summed over input channels, so
// that the 36 elements (the "frequencies") are 36 matrix products over tiles and channels. The matrices come from
// interpolation at the points 0, 5/8, -5/8, 3/2, -3/2 and infinity. The usual 0, 1, -1, 2, -2 have twice the error;
// the squares and products of these are exact floats as well. F(2x2, 5x5) has the same points and the same B.
// F(2x2, 3x3) has patches of 4 x 4 and so 16 frequencies, at 0, 1, -1 and infinity: more products, of fewer transformed
// weights.
//
// The weight gradient is the adjoint in g, with the same matrices: G'[sum over tiles of (A dy A') . (B' d B)]G.
#ifndef CK_WINOGRAD_H
#define CK_WINOGRAD_H

#include "dispatch.h"
#include "include/CKernels.h"

#define CK_MOST_PATCH 6         // inputs of a tile along one axis
#define CK_MOST_FREQUENCIES 36  // the square of that
#define CK_MOST_TAPS 25         // of a kernel
// The fewest channels that the kernels take.
#define CK_WINOGRAD_CHANNELS 16

// Kernels over the channels of one tile or filter, at least CK_WINOGRAD_CHANNELS. Frequency f = patch * i + j of
// channel c is at [f * stride + c]; pixels and taps are pointers to channel 0, row by row.
typedef struct ck_winograd_transforms {
  // B' d B of the pixels of a patch
  void (*input)(float *out, int64_t stride, const float *const *pixels, int64_t channels);
  // A' m A into the pixels of a tile; whether one of them is not finite
  bool (*output)(float *const *pixels, const float *in, int64_t stride, int64_t channels);
  // A dy A' of the pixels of a tile
  void (*output_gradient)(float *out, int64_t stride, const float *const *pixels, int64_t channels);
  // G g G'
  void (*weights)(float *out, int64_t stride, const float *const *taps, int64_t channels);
  // G' u G into weights, or added to them
  void (*weight_gradient)(float *const *taps, const float *in, int64_t stride, int64_t channels, bool accumulate);
} ck_winograd_transforms;

typedef struct ck_winograd_kernels {
  ck_winograd_transforms large_3, large_5, small_3;  // F(4x4, 3x3), F(2x2, 5x5), F(2x2, 3x3)
} ck_winograd_kernels;

#if defined(__x86_64__)
extern const ck_winograd_kernels ck_winograd_avx512;
extern const ck_winograd_kernels ck_winograd_avx2;
#endif
// Vectors of four floats: NEON, and any other machine.
extern const ck_winograd_kernels ck_winograd_plain;

// The kernels for this machine.
const ck_winograd_kernels *ck_winograd_kernels_here(void);

// ---- The convolution, 3x3 or 5x5 with stride 1 -------------------------------------------------

typedef struct ck_winograd_shape {
  int64_t height, width, inputs;                 // of x
  int64_t output_height, output_width, outputs;  // of y; channels are at least CK_WINOGRAD_CHANNELS
  int64_t top, left;                             // padding; may be negative
  int64_t kernel, patch;                         // 3 and 6, 5 and 6, or 3 and 4
} ck_winograd_shape;

// What computes an image without Winograd, when its result is not finite.
typedef struct ck_winograd_direct {
  void (*convolve)(float *y, const float *x, const float *prepared, const ck_convolution *shape, int64_t images,
                   float *scratch);
  const ck_convolution *shape;
  const float *prepared;
  float *scratch;
} ck_winograd_direct;

// Sizes are in floats. `exchanged` is for the input gradient: weights turned by half a turn, inputs and outputs
// exchanged; `shape` is that of the forward convolution here, and of the one that runs below.
int64_t ck_winograd_weights_size(ck_winograd_shape shape, bool exchanged);
int64_t ck_winograd_weights_scratch(ck_winograd_shape shape);
void ck_winograd_weights(float *transformed, const float *w, ck_winograd_shape shape, bool exchanged, float *scratch);

int64_t ck_winograd_forward_scratch(ck_winograd_shape shape, int64_t images);
void ck_winograd_forward(float *y, const float *x, const float *transformed, ck_winograd_shape shape, int64_t images,
                         ck_winograd_direct direct, float *scratch);

// dw (+)= the weight gradient of these images, whose numbers are all smaller than CK_WINOGRAD_LIMIT.
int64_t ck_winograd_sums_scratch(ck_winograd_shape shape, int64_t images);
void ck_winograd_sums(float *dw, const float *x, const float *dy, ck_winograd_shape shape, int64_t images,
                      bool accumulate, float *scratch);
// Images that are transformed back together: not more at a time has the same bits however many there are.
int64_t ck_winograd_sums_images(ck_winograd_shape shape);
// 2^50: sums of 2^17 products of transformed numbers, each at most 2^5 times a number, stay finite.
#define CK_WINOGRAD_LIMIT_EXPONENT (127 + 50)

// ---- Tiles, numbered row by row through all images ---------------------------------------------

CK_INLINE int64_t ck_frequencies(ck_winograd_shape shape) { return shape.patch * shape.patch; }
CK_INLINE int64_t ck_tile_size(ck_winograd_shape shape) { return shape.patch + 1 - shape.kernel; }
CK_INLINE const ck_winograd_transforms *ck_winograd_transforms_of(ck_winograd_shape shape) {
  const ck_winograd_kernels *kernels = ck_winograd_kernels_here();
  return shape.kernel == 5 ? &kernels->large_5 : shape.patch == 4 ? &kernels->small_3 : &kernels->large_3;
}
CK_INLINE int64_t ck_tiles_along(int64_t extent, int64_t size) { return (extent + size - 1) / size; }
CK_INLINE int64_t ck_tiles_of(ck_winograd_shape shape, int64_t images) {
  const int64_t size = ck_tile_size(shape);
  return images * ck_tiles_along(shape.output_height, size) * ck_tiles_along(shape.output_width, size);
}
// Floats between the frequencies of a block: not a multiple of a page, or all its lines would meet in one cache set.
CK_INLINE int64_t ck_frequency_stride(int64_t tiles, int64_t channels) {
  return ck_round_up(tiles * channels) + CK_LANES;
}

// Pixels of an image of height x width x channels that a tile reads or writes.
typedef struct ck_tile_pixels {
  int64_t height, width, channels;
} ck_tile_pixels;

// Where size x size pixels are, from (-top, -left) of a tile on: floats from the first image's start, or a negative
// number outside the image. Inlined with a known `size`: at 32 channels a call would take as long as the transform.
CK_INLINE void ck_tile_offsets(int64_t *offsets, ck_winograd_shape shape, ck_tile_pixels of, int64_t tile,
                               int64_t top, int64_t left, const int64_t size) {
  const int64_t step = ck_tile_size(shape);
  const int64_t columns = ck_tiles_along(shape.output_width, step), rows = ck_tiles_along(shape.output_height, step);
  const int64_t line = tile / columns, image = line / rows;
  const int64_t first_y = (line - image * rows) * step - top, first_x = (tile - line * columns) * step - left;
  int64_t along_row[CK_MOST_PATCH];
  for (int64_t j = 0; j < size; j++) {
    const int64_t x = first_x + j;
    along_row[j] = x >= 0 && x < of.width ? x * of.channels : INT64_MIN;
  }
  for (int64_t i = 0; i < size; i++) {
    const int64_t y = first_y + i;
    const bool inside = y >= 0 && y < of.height;
    const int64_t row = (image * of.height + y) * of.width * of.channels;
    // Offsets are far below 2^62: the sum with INT64_MIN stays negative.
    for (int64_t j = 0; j < size; j++) offsets[size * i + j] = inside ? row + along_row[j] : -1;
  }
}

// The transformed patches of tiles first ..< first + count, frequencies `stride` apart. `zeros` is one pixel of them.
void ck_transform_inputs(float *out, int64_t stride, const float *x, ck_winograd_shape shape, int64_t first,
                         int64_t count, const float *zeros);

#endif
