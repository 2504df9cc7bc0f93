// The weight gradient of the Winograd convolution: 36 products over tiles, summed before they are transformed back.
#include "winograd.h"

// Tiles of a block. Each visits all sums, 9 MB at 256 channels: with 64 tiles and another such thread beside it in L3,
// a third of the speed was measured.
static int64_t block_tiles(ck_winograd_shape shape, int64_t images) {
  return ck_minimum(128, ck_tiles_of(shape, images));
}

static int64_t sums_stride(ck_winograd_shape shape) { return ck_frequency_stride(shape.outputs, shape.inputs); }

int64_t ck_winograd_sums_size(ck_winograd_shape shape) { return CK_FREQUENCIES * sums_stride(shape); }

int64_t ck_winograd_sums_scratch(ck_winograd_shape shape, int64_t images) {
  const int64_t tiles = block_tiles(shape, images);
  return CK_FREQUENCIES * (ck_frequency_stride(tiles, shape.inputs) + ck_frequency_stride(tiles, shape.outputs)) +
         ck_round_up(shape.inputs > shape.outputs ? shape.inputs : shape.outputs);
}

static void transform_output_gradients(float *out, int64_t stride, const float *dy, ck_winograd_shape shape,
                                       int64_t first, int64_t count, const float *zeros) {
  const ck_winograd_kernels *kernels = ck_winograd_kernels_here();
  for (int64_t t = 0; t < count; t++) {
    int64_t offsets[CK_TILE * CK_TILE];
    const float *pixels[CK_TILE * CK_TILE];
    ck_tile_offsets(offsets, shape, shape.outputs, first + t, 0, CK_TILE);
    for (int p = 0; p < CK_TILE * CK_TILE; p++) pixels[p] = offsets[p] < 0 ? zeros : dy + offsets[p];
    kernels->output_gradient(out + t * shape.outputs, stride, pixels, shape.outputs);
  }
}

// The gaps between frequencies alone, or all.
static void clear_sums(float *sums, ck_winograd_shape shape, bool all) {
  const int64_t stride = sums_stride(shape), first = all ? 0 : shape.outputs * shape.inputs;
  for (int64_t f = 0; f < CK_FREQUENCIES; f++) {
    memset(sums + f * stride + first, 0, (size_t)(stride - first) * sizeof *sums);
  }
}

void ck_winograd_sums(float *sums, const float *x, const float *dy, ck_winograd_shape shape, int64_t images,
                      bool accumulate, float *scratch) {
  const int64_t tiles = ck_tiles_of(shape, images), most = block_tiles(shape, images);
  const int64_t inputs = shape.inputs, outputs = shape.outputs, stride = sums_stride(shape);
  const int64_t in_stride = ck_frequency_stride(most, inputs), out_stride = ck_frequency_stride(most, outputs);
  float *in = scratch, *out = in + CK_FREQUENCIES * in_stride, *zeros = out + CK_FREQUENCIES * out_stride;
  memset(zeros, 0, (size_t)(inputs > outputs ? inputs : outputs) * sizeof *zeros);
  if (!accumulate) clear_sums(sums, shape, tiles == 0);
  for (int64_t first = 0; first < tiles; first += most) {
    const int64_t count = ck_minimum(most, tiles - first);
    ck_transform_inputs(in, in_stride, x, shape, first, count, zeros);
    transform_output_gradients(out, out_stride, dy, shape, first, count, zeros);
    for (int64_t f = 0; f < CK_FREQUENCIES; f++) {
      ck_matmul(sums + f * stride, inputs, out + f * out_stride, 1, outputs, in + f * in_stride, inputs, outputs,
                inputs, count, accumulate || first > 0);
    }
  }
}

void ck_winograd_weight_gradient(float *dw, const float *sums, ck_winograd_shape shape, bool accumulate) {
  const ck_winograd_kernels *kernels = ck_winograd_kernels_here();
  for (int64_t k = 0; k < shape.outputs; k++) {
    float *taps[9];
    for (int64_t t = 0; t < 9; t++) taps[t] = dw + (9 * k + t) * shape.inputs;
    kernels->weight_gradient(taps, sums + k * shape.inputs, sums_stride(shape), shape.inputs, accumulate);
  }
}
