// The Winograd convolution block by block: transformed inputs, 36 products, transformed outputs.
#include "winograd.h"

// Tiles of a block: whole tiles of a matrix product (14 rows) that keep a block's inputs and outputs near the core,
// and enough of them that each visit to the weights, which come from L3, pays. From 14 to 128 the speed varies by 5%.
static int64_t block_tiles(ck_winograd_shape shape, int64_t images) {
  return ck_minimum(28, ck_tiles_of(shape, images));
}

const ck_winograd_kernels *ck_winograd_kernels_here(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("fma")) {
    return &ck_winograd_avx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &ck_winograd_avx2;
#endif
  return &ck_winograd_plain;
}

// ---- Weights -----------------------------------------------------------------------------------

int64_t ck_winograd_weights_size(ck_winograd_shape shape, bool exchanged) {
  const int64_t k = exchanged ? shape.outputs : shape.inputs;
  return CK_FREQUENCIES * ck_packed_size(k, exchanged ? shape.inputs : shape.outputs);
}

int64_t ck_winograd_weights_scratch(ck_winograd_shape shape) {
  return CK_PATCH * ck_frequency_stride(shape.outputs, shape.inputs);
}

void ck_winograd_weights(float *transformed, const float *w, ck_winograd_shape shape, bool exchanged, float *scratch) {
  const ck_winograd_kernels *kernels = ck_winograd_kernels_here();
  const int64_t inputs = shape.inputs, outputs = shape.outputs;
  const int64_t stride = ck_frequency_stride(outputs, inputs);
  const int64_t size = ck_winograd_weights_size(shape, exchanged) / CK_FREQUENCIES;
  for (int64_t row = 0; row < CK_PATCH; row++) {
    for (int64_t k = 0; k < outputs; k++) {
      const float *taps[9];
      for (int64_t t = 0; t < 9; t++) taps[t] = w + (9 * k + (exchanged ? 8 - t : t)) * inputs;
      kernels->weights(scratch + k * inputs, stride, taps, row, inputs);
    }
    for (int64_t j = 0; j < CK_PATCH; j++) {
      float *packed = transformed + (CK_PATCH * row + j) * size;
      if (exchanged) {
        ck_pack(packed, scratch + j * stride, outputs, inputs, inputs, 1);
      } else {
        ck_pack(packed, scratch + j * stride, inputs, outputs, 1, inputs);
      }
    }
  }
}

// ---- Tiles -------------------------------------------------------------------------------------

void ck_transform_inputs(float *out, int64_t stride, const float *x, ck_winograd_shape shape, int64_t first,
                         int64_t count, const float *zeros) {
  const ck_winograd_kernels *kernels = ck_winograd_kernels_here();
  for (int64_t t = 0; t < count; t++) {
    int64_t offsets[CK_FREQUENCIES];
    const float *pixels[CK_FREQUENCIES];
    ck_tile_offsets(offsets, shape, shape.inputs, first + t, 1, CK_PATCH);
    for (int p = 0; p < CK_FREQUENCIES; p++) pixels[p] = offsets[p] < 0 ? zeros : x + offsets[p];
    kernels->input(out + t * shape.inputs, stride, pixels, shape.inputs);
  }
}

// Outputs outside the image go to `sink`.
static void transform_outputs(float *y, const float *in, int64_t stride, ck_winograd_shape shape, int64_t first,
                              int64_t count, float *sink) {
  const ck_winograd_kernels *kernels = ck_winograd_kernels_here();
  for (int64_t t = 0; t < count; t++) {
    int64_t offsets[CK_TILE * CK_TILE];
    float *pixels[CK_TILE * CK_TILE];
    ck_tile_offsets(offsets, shape, shape.outputs, first + t, 0, CK_TILE);
    for (int p = 0; p < CK_TILE * CK_TILE; p++) pixels[p] = offsets[p] < 0 ? sink : y + offsets[p];
    kernels->output(pixels, in + t * shape.outputs, stride, shape.outputs);
  }
}

// ---- The convolution ---------------------------------------------------------------------------

int64_t ck_winograd_forward_scratch(ck_winograd_shape shape, int64_t images) {
  const int64_t tiles = block_tiles(shape, images);
  return CK_FREQUENCIES * (ck_frequency_stride(tiles, shape.inputs) + ck_frequency_stride(tiles, shape.outputs)) +
         ck_round_up(shape.inputs) + ck_round_up(shape.outputs);
}

void ck_winograd_forward(float *y, const float *x, const float *transformed, ck_winograd_shape shape, int64_t images,
                         float *scratch) {
  const int64_t tiles = ck_tiles_of(shape, images), most = block_tiles(shape, images);
  const int64_t inputs = shape.inputs, outputs = shape.outputs;
  const int64_t in_stride = ck_frequency_stride(most, inputs), out_stride = ck_frequency_stride(most, outputs);
  const int64_t size = ck_packed_size(inputs, outputs);
  float *in = scratch, *out = in + CK_FREQUENCIES * in_stride;
  float *zeros = out + CK_FREQUENCIES * out_stride, *sink = zeros + ck_round_up(inputs);
  memset(zeros, 0, (size_t)inputs * sizeof *zeros);
  const int64_t blocks = most == 0 ? 0 : (tiles + most - 1) / most;
  int64_t first = 0;
  for (int64_t block = 0; block < blocks; block++) {
    // Blocks of nearly equal size: a last one of a few tiles would pay for all weights.
    const int64_t count = (tiles - first) / (blocks - block);
    ck_transform_inputs(in, in_stride, x, shape, first, count, zeros);
    for (int64_t f = 0; f < CK_FREQUENCIES; f++) {
      ck_matmul_packed(out + f * out_stride, outputs, in + f * in_stride, inputs, 1, transformed + f * size, count,
                       outputs, inputs, false);
    }
    transform_outputs(y, out, out_stride, shape, first, count, sink);
    first += count;
  }
}
