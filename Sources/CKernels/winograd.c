// The Winograd convolution block by block: transformed inputs, a product for each frequency, transformed outputs.
#include "winograd.h"

// Tiles of a block: whole tiles of a matrix product (14 rows) that keep a block's inputs and outputs near the core, and
// enough of them that each visit to the weights pays, which come from L3 when they are many: as many floats of tiles as
// of weights.
#define LEAST_BLOCK_TILES 28

static int64_t most_tiles(ck_winograd_shape shape, int64_t images) {
  const int64_t balanced = shape.inputs * shape.outputs / (shape.inputs + shape.outputs);
  return ck_minimum(balanced < LEAST_BLOCK_TILES ? LEAST_BLOCK_TILES : balanced, ck_tiles_of(shape, images));
}

// Nearly the same for all blocks: a last one of a few tiles would pay for all weights.
static int64_t block_tiles(ck_winograd_shape shape, int64_t images) {
  const int64_t tiles = ck_tiles_of(shape, images), most = most_tiles(shape, images);
  if (tiles == 0) return 0;
  const int64_t blocks = (tiles + most - 1) / most;
  return (tiles + blocks - 1) / blocks;
}

const ck_winograd_kernels *ck_winograd_kernels_here(void) {
#if defined(__x86_64__)
  switch (ck_instructions_here) {
    case CK_AVX512: return &ck_winograd_avx512;
    case CK_AVX2: return &ck_winograd_avx2;
    case CK_BASELINE: break;
  }
#endif
  return &ck_winograd_plain;
}

// ---- Tiles -------------------------------------------------------------------------------------

CK_INLINE void transform_input(float *out, int64_t stride, const float *x, ck_winograd_shape shape, int64_t tile,
                               const float *zeros, const int64_t size) {
  const ck_tile_pixels of = {shape.height, shape.width, shape.inputs};
  int64_t offsets[CK_MOST_FREQUENCIES];
  const float *pixels[CK_MOST_FREQUENCIES];
  ck_tile_offsets(offsets, shape, of, tile, shape.top, shape.left, size);
  for (int p = 0; p < size * size; p++) pixels[p] = offsets[p] < 0 ? zeros : x + offsets[p];
  ck_winograd_transforms_of(shape)->input(out, stride, pixels, shape.inputs);
}

void ck_transform_inputs(float *out, int64_t stride, const float *x, ck_winograd_shape shape, int64_t first,
                         int64_t count, const float *zeros) {
  for (int64_t t = 0; t < count; t++) {
    float *to = out + t * shape.inputs;
    if (shape.patch == 6) {
      transform_input(to, stride, x, shape, first + t, zeros, 6);
    } else {
      transform_input(to, stride, x, shape, first + t, zeros, 4);
    }
  }
}

// Outputs outside the image go to `sink`. Whether one of the tile's is not finite.
CK_INLINE bool transform_output(float *y, const float *in, int64_t stride, ck_winograd_shape shape, int64_t tile,
                                float *sink, const int64_t size) {
  const ck_tile_pixels of = {shape.output_height, shape.output_width, shape.outputs};
  int64_t offsets[CK_MOST_FREQUENCIES];
  float *pixels[CK_MOST_FREQUENCIES];
  ck_tile_offsets(offsets, shape, of, tile, 0, 0, size);
  for (int p = 0; p < size * size; p++) pixels[p] = offsets[p] < 0 ? sink : y + offsets[p];
  return ck_winograd_transforms_of(shape)->output(pixels, in, stride, shape.outputs);
}

// ---- The convolution ---------------------------------------------------------------------------

int64_t ck_winograd_forward_scratch(ck_winograd_shape shape, int64_t images) {
  const int64_t tiles = most_tiles(shape, images);
  const int64_t in = ck_frequency_stride(tiles, shape.inputs), out = ck_frequency_stride(tiles, shape.outputs);
  return ck_frequencies(shape) * (in + out) +
         ck_round_up(shape.inputs) + ck_round_up(shape.outputs);
}

static void convolve_directly(float *y, const float *x, ck_winograd_shape shape, int64_t image,
                              ck_winograd_direct direct) {
  direct.convolve(y + image * shape.output_height * shape.output_width * shape.outputs,
                  x + image * shape.height * shape.width * shape.inputs, direct.prepared, direct.shape, 1,
                  direct.scratch);
}

void ck_winograd_forward(float *y, const float *x, const float *transformed, ck_winograd_shape shape, int64_t images,
                         ck_winograd_direct direct, float *scratch) {
  const int64_t tiles = ck_tiles_of(shape, images), of_image = ck_tiles_of(shape, 1);
  const int64_t most = block_tiles(shape, images), inputs = shape.inputs, outputs = shape.outputs;
  const int64_t in_stride = ck_frequency_stride(most, inputs), out_stride = ck_frequency_stride(most, outputs);
  const int64_t size = ck_packed_size(inputs, outputs);
  float *in = scratch, *out = in + ck_frequencies(shape) * in_stride;
  float *zeros = out + ck_frequencies(shape) * out_stride, *sink = zeros + ck_round_up(inputs);
  memset(zeros, 0, (size_t)inputs * sizeof *zeros);
  bool is_spoilt = false;
  for (int64_t first = 0; first < tiles; first += most) {
    const int64_t count = ck_minimum(most, tiles - first);
    ck_transform_inputs(in, in_stride, x, shape, first, count, zeros);
    for (int64_t f = 0; f < ck_frequencies(shape); f++) {
      ck_matmul_packed(out + f * out_stride, outputs, in + f * in_stride, inputs, 1, transformed + f * size, count,
                       outputs, inputs, false);
    }
    for (int64_t t = 0; t < count; t++) {
      const float *from = out + t * outputs;
      is_spoilt |= ck_tile_size(shape) == 4 ? transform_output(y, from, out_stride, shape, first + t, sink, 4)
                                     : transform_output(y, from, out_stride, shape, first + t, sink, 2);
      if ((first + t + 1) % of_image != 0) continue;
      // What one pixel holds has gone into its whole tile: a sum would not have taken it there.
      if (is_spoilt) convolve_directly(y, x, shape, (first + t) / of_image, direct);
      is_spoilt = false;
    }
  }
}
