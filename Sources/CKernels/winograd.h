// What the files of the Winograd convolution share: the algorithm, and the table of kernels that one instruction set
// provides.
//
// F(4x4, 3x3) of Winograd 1980 in the form of Lavin and Gray 2016: a tile of 4 x 4 outputs y from a patch of 6 x 6
// inputs d and 3 x 3 weights g is y = A'[(G g G') . (B' d B)]A, with . elementwise and summed over input channels, so
// that the 36 elements (the "frequencies") are 36 matrix products over tiles and channels. The matrices come from
// interpolation at the points 0, 5/8, -5/8, 3/2, -3/2 and infinity. The usual 0, 1, -1, 2, -2 have twice the error;
// the squares and products of these are exact floats as well.
//
// The weight gradient is the adjoint in g, with the same matrices: G'[sum over tiles of (A dy A') . (B' d B)]G.
#ifndef CK_WINOGRAD_H
#define CK_WINOGRAD_H

#include "dispatch.h"
#include "include/CKernels.h"

#define CK_TILE 4           // outputs of a tile along one axis
#define CK_PATCH 6          // inputs of a tile along one axis
#define CK_FREQUENCIES 36   // CK_PATCH squared
// The fewest channels that the kernels take.
#define CK_WINOGRAD_CHANNELS 16

// Kernels over the channels of one tile or filter, at least CK_WINOGRAD_CHANNELS. Frequency f = 6 i + j of channel c is
// at [f * stride + c]; pixels are pointers to channel 0, row by row.
typedef struct ck_winograd_kernels {
  // B' d B of a patch of 6 x 6 pixels
  void (*input)(float *out, int64_t stride, const float *const *pixels, int64_t channels);
  // A' m A into 4 x 4 pixels
  void (*output)(float *const *pixels, const float *in, int64_t stride, int64_t channels);
  // A dy A' of 4 x 4 pixels
  void (*output_gradient)(float *out, int64_t stride, const float *const *pixels, int64_t channels);
  // Frequencies 6 row ..< 6 row + 6 of G g G', at [j * stride + c]; taps are the 3 x 3 weights of channel 0
  void (*weights)(float *out, int64_t stride, const float *const *taps, int64_t row, int64_t channels);
  // G' u G into 3 x 3 weights, or added to them
  void (*weight_gradient)(float *const *taps, const float *in, int64_t stride, int64_t channels, bool accumulate);
} ck_winograd_kernels;

#if defined(__x86_64__)
extern const ck_winograd_kernels ck_winograd_avx512;
extern const ck_winograd_kernels ck_winograd_avx2;
#endif
extern const ck_winograd_kernels ck_winograd_plain;

// ---- The convolution, 3x3 with stride 1 and one pixel of zeros around --------------------------

typedef struct ck_winograd_shape {
  int64_t height, width;    // of x and of y
  int64_t inputs, outputs;  // channels, at least CK_WINOGRAD_CHANNELS
} ck_winograd_shape;

// Sizes are in floats. `exchanged` is for the input gradient: weights turned by half a turn, inputs and outputs
// exchanged; `shape` is that of the forward convolution here, and of the one that runs below.
int64_t ck_winograd_weights_size(ck_winograd_shape shape, bool exchanged);
int64_t ck_winograd_weights_scratch(ck_winograd_shape shape);
void ck_winograd_weights(float *transformed, const float *w, ck_winograd_shape shape, bool exchanged, float *scratch);

int64_t ck_winograd_forward_scratch(ck_winograd_shape shape, int64_t images);
void ck_winograd_forward(float *y, const float *x, const float *transformed, ck_winograd_shape shape, int64_t images,
                         float *scratch);

// sums (+)= the transformed weight gradient; then dw (+)= the weight gradient.
int64_t ck_winograd_sums_size(ck_winograd_shape shape);
int64_t ck_winograd_sums_scratch(ck_winograd_shape shape, int64_t images);
void ck_winograd_sums(float *sums, const float *x, const float *dy, ck_winograd_shape shape, int64_t images,
                      bool accumulate, float *scratch);
void ck_winograd_weight_gradient(float *dw, const float *sums, ck_winograd_shape shape, bool accumulate);

// ---- Tiles, numbered row by row through all images ---------------------------------------------

// The kernels for this machine.
const ck_winograd_kernels *ck_winograd_kernels_here(void);

CK_INLINE int64_t ck_tiles_along(int64_t extent) { return (extent + CK_TILE - 1) / CK_TILE; }
CK_INLINE int64_t ck_tiles_of(ck_winograd_shape shape, int64_t images) {
  return images * ck_tiles_along(shape.height) * ck_tiles_along(shape.width);
}
// Floats between the frequencies of a block: not a multiple of a page, or its 36 lines would meet in one cache set.
CK_INLINE int64_t ck_frequency_stride(int64_t tiles, int64_t channels) {
  return ck_round_up(tiles * channels) + CK_LANES;
}
// Where size x size pixels are, from `before` pixels above and left of a tile: floats from the first image's start, or
// a negative number outside the image. Inlined with a known `size`: at 32 channels a call would take as long as the
// transform.
CK_INLINE void ck_tile_offsets(int64_t *offsets, ck_winograd_shape shape, int64_t channels, int64_t tile,
                               int64_t before, const int64_t size) {
  const int64_t columns = ck_tiles_along(shape.width), rows = ck_tiles_along(shape.height);
  const int64_t line = tile / columns, image = line / rows;
  const int64_t top = (line - image * rows) * CK_TILE - before, left = (tile - line * columns) * CK_TILE - before;
  int64_t along_row[CK_PATCH];
  for (int64_t j = 0; j < size; j++) {
    const int64_t x = left + j;
    along_row[j] = x >= 0 && x < shape.width ? x * channels : INT64_MIN;
  }
  for (int64_t i = 0; i < size; i++) {
    const int64_t y = top + i;
    const bool inside = y >= 0 && y < shape.height;
    const int64_t row = (image * shape.height + y) * shape.width * channels;
    // Offsets are far below 2^62: the sum with INT64_MIN stays negative.
    for (int64_t j = 0; j < size; j++) offsets[size * i + j] = inside ? row + along_row[j] : -1;
  }
}

// The transformed patches of tiles first ..< first + count, frequencies `stride` apart. `zeros` is one pixel of them.
void ck_transform_inputs(float *out, int64_t stride, const float *x, ck_winograd_shape shape, int64_t first,
                         int64_t count, const float *zeros);

#endif
