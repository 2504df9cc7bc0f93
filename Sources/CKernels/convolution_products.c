// Any convolution by matrix products over patches, in one of two forms. Gathering multiplies patches of its input by
// the weights; a tile's rows of patches are made in L1 for each block of the product, and never exist whole. Scattering
// multiplies single pixels of the input by the weights of all taps, and adds the results into patches of the output:
// for outputs of a few channels, where gathering would copy more than it multiplies.
//
// The input gradient gathers from dy. With strides, pixels of dx are taken phase by phase: those of one phase go into y
// by the same taps.
#include "convolution_products.h"

#include "convolution_geometry.h"
#include "matmul_private.h"
#include "planes.h"

// Rows of C in a block: with CK_BLOCK_COLUMNS columns 896 KiB, half of L2 where that has 2 MiB.
#define BLOCK_PIXELS 448
// Floats between a tile's rows of patches: not a power of two, or 14 of them would meet in a few sets of L1.
#define PATCH_STRIDE (CK_DEPTH + CK_LANES)
// Rows of patches that are held at a time; the narrow kernels take more than a tile.
#define PATCH_ROWS 32
// Floats of products that wait to be scattered.
#define SCATTERED_FLOATS 49152

// ---- The two forms -----------------------------------------------------------------------------

// out[pixel - first, :] = the patch of each pixel first ..< first + count of `in` times the weights.
static void multiply_block(float *out, int64_t out_stride, const float *in, const float *packed,
                           const ck_window *window, int64_t channels, int64_t first, int64_t count, float *patches) {
  const ck_matmul_kernels *kernels = ck_matmul_kernels_here();
  const int64_t depth = ck_window_depth(window);
  const int64_t tile_rows = channels <= CK_NARROW_COLUMNS ? PATCH_ROWS : kernels->tile_rows;
  const int64_t tiles = (count + tile_rows - 1) / tile_rows;
  for (int64_t j = 0; j < channels; j += CK_BLOCK_COLUMNS) {
    for (int64_t p = 0; p < depth; p += CK_DEPTH) {
      const ck_packed_part part = {depth, channels, p, ck_minimum(CK_DEPTH, depth - p),
                                   j, ck_minimum(CK_BLOCK_COLUMNS, channels - j)};
      int64_t done = 0;
      for (int64_t t = 0; t < tiles; t++) {
        const int64_t rows = (count - done) / (tiles - t);
        ck_gather_patches(patches, PATCH_STRIDE, in, window, (ck_patch_part){first + done, rows, p, part.depth});
        const ck_tile_side side = {patches, PATCH_STRIDE, CK_ROWS_ADJACENT_IN_DEPTH, rows};
        ck_multiply_row_tile_packed(kernels, out + done * out_stride + j, out_stride, side, packed, part, p > 0);
        done += rows;
      }
    }
  }
}

// Pixels of a block, nearly the same for all blocks.
static int64_t pixels_of_block(int64_t pixels) {
  const int64_t blocks = (pixels + BLOCK_PIXELS - 1) / BLOCK_PIXELS;
  return blocks == 0 ? 0 : (pixels + blocks - 1) / blocks;
}

// Every pixel of the grid, which are the pixels of `out`.
static void multiply_gathered(float *out, int64_t out_stride, const float *in, const float *packed,
                              const ck_window *window, int64_t channels, int64_t images, float *scratch) {
  const int64_t pixels = images * ck_window_pixels(window);
  if (ck_window_is_plain(window)) {
    ck_matmul_packed(out, out_stride, in, window->stride, 1, packed, pixels, channels, window->channels, false);
    return;
  }
  if (ck_planes_pay(window, channels)) {
    ck_planes_multiply(out, out_stride, in, packed, window, channels, images, scratch);
    return;
  }
  const int64_t most = pixels_of_block(pixels);
  for (int64_t first = 0; first < pixels; first += most) {
    multiply_block(out + first * out_stride, out_stride, in, packed, window, channels, first,
                   ck_minimum(most, pixels - first), scratch);
  }
}

// The pixels of dx of one phase, by way of a block of them without gaps.
static void multiply_phase(float *dx, const float *dy, const float *packed, const ck_convolution *shape,
                           const ck_phase *phase, int64_t images, float *scratch) {
  const ck_window window = ck_phase_window(shape, phase);
  const int64_t of_image = ck_window_pixels(&window), channels = ck_group_inputs(shape);
  const int64_t pixels = images * of_image, most = pixels_of_block(pixels);
  float *block = scratch + PATCH_ROWS * PATCH_STRIDE;
  if (ck_window_taps(&window) == 0) memset(block, 0, (size_t)(most * channels) * sizeof *block);
  for (int64_t first = 0; first < pixels; first += most) {
    const int64_t count = ck_minimum(most, pixels - first);
    if (ck_window_taps(&window) > 0) {
      multiply_block(block, channels, dy, packed, &window, channels, first, count, scratch);
    }
    for (int64_t p = 0; p < count; p++) {
      const int64_t image = (first + p) / of_image, in_image = (first + p) % of_image;
      const int64_t i = phase->rows.at + in_image / window.columns.grid * shape->rows.stride;
      const int64_t j = phase->columns.at + in_image % window.columns.grid * shape->columns.stride;
      const int64_t pixel = (image * shape->rows.input + i) * shape->columns.input + j;
      memcpy(dx + pixel * shape->inputs, block + p * channels, (size_t)channels * sizeof *dx);
    }
  }
}

static int64_t scattered_pixels(int64_t depth, int64_t pixels) {
  const int64_t tiles = SCATTERED_FLOATS / (CK_MAXIMUM_TILE_ROWS * depth + 1);
  const int64_t most = ck_minimum(CK_MAXIMUM_TILE_ROWS * (tiles < 1 ? 1 : tiles), BLOCK_PIXELS);
  return ck_minimum(most, pixels);
}

// out += the patches that pixels `in` times the weights are; `window` tells where the patches lie in `out`.
static void multiply_scattered(float *out, const float *in, int64_t in_stride, int64_t channels, const float *packed,
                               const ck_window *window, int64_t images, float *scratch) {
  const int64_t pixels = images * ck_window_pixels(window), depth = ck_window_depth(window);
  const int64_t most = scattered_pixels(depth, pixels);
  for (int64_t first = 0; first < pixels; first += most) {
    const int64_t count = ck_minimum(most, pixels - first);
    ck_matmul_packed(scratch, depth, in + first * in_stride, in_stride, 1, packed, count, depth, channels, false);
    ck_scatter_patches(out, scratch, window, first, count);
  }
}

// ---- Both directions ---------------------------------------------------------------------------

static int64_t scratch_of(const ck_convolution *shape, ck_convolution_use use, int64_t images) {
  const bool forward = use == CK_CONVOLUTION_FORWARD;
  if (!ck_products_scatter(shape, use)) {
    const ck_window window = forward ? ck_window_on_x(shape) : ck_window_on_y(shape);
    const int64_t patches = PATCH_ROWS * PATCH_STRIDE + (forward ? 0 : BLOCK_PIXELS * ck_group_inputs(shape));
    const int64_t planes = ck_planes_scratch(&window, forward ? ck_group_outputs(shape) : ck_group_inputs(shape));
    return planes > patches ? planes : patches;
  }
  const ck_window window = forward ? ck_window_on_y(shape) : ck_window_on_x(shape);
  const int64_t depth = ck_window_depth(&window);
  return depth * scattered_pixels(depth, images * ck_window_pixels(&window));
}

int64_t ck_products_scratch(const ck_convolution *shape, int64_t images) {
  if (ck_convolution_is_depthwise(shape)) return 0;
  const int64_t forward = scratch_of(shape, CK_CONVOLUTION_FORWARD, images);
  const int64_t backward = scratch_of(shape, CK_CONVOLUTION_INPUT_GRADIENT, images);
  return forward > backward ? forward : backward;
}

void ck_products_forward(float *y, const float *x, const float *prepared, const ck_convolution *shape, int64_t images,
                         float *scratch) {
  if (ck_convolution_is_depthwise(shape)) {
    ck_depthwise_forward(y, x, prepared, shape, images);
    return;
  }
  const int64_t size = ck_products_weights_size(shape, CK_CONVOLUTION_FORWARD) / shape->groups;
  const int64_t inputs = ck_group_inputs(shape), outputs = ck_group_outputs(shape);
  const bool scattered = ck_products_scatter(shape, CK_CONVOLUTION_FORWARD);
  const ck_window on_x = ck_window_on_x(shape);
  ck_window on_y = ck_window_on_y(shape);
  if (scattered) {
    const int64_t pixels = images * shape->rows.output * shape->columns.output;
    memset(y, 0, (size_t)(pixels * shape->outputs) * sizeof *y);
  }
  for (int64_t g = 0; g < shape->groups; g++) {
    float *out = y + g * outputs;
    if (scattered) {
      multiply_scattered(out, x + g * inputs, shape->inputs, inputs, prepared + g * size, &on_y, images, scratch);
    } else {
      multiply_gathered(out, shape->outputs, x + g * inputs, prepared + g * size, &on_x, outputs, images, scratch);
    }
  }
}

// One group; `dx` and `dy` are where its channels start.
static void gather_input_gradient(float *dx, const float *dy, const float *prepared, const ck_convolution *shape,
                                  int64_t images, float *scratch) {
  if (ck_phase_count(shape) == 1) {
    const ck_window window = ck_window_on_y(shape);
    multiply_gathered(dx, shape->inputs, dy, prepared, &window, ck_group_inputs(shape), images, scratch);
    return;
  }
  for (int64_t number = 0; number < ck_phase_count(shape); number++) {
    const ck_phase phase = ck_phase_of(shape, number);
    const ck_window window = ck_phase_window(shape, &phase);
    multiply_phase(dx, dy, prepared, shape, &phase, images, scratch);
    prepared += ck_gathered_size(shape, &window, CK_CONVOLUTION_INPUT_GRADIENT);
  }
}

void ck_products_input_gradient(float *dx, const float *dy, const float *prepared, const ck_convolution *shape,
                                int64_t images, float *scratch) {
  if (ck_convolution_is_depthwise(shape)) {
    ck_depthwise_input_gradient(dx, dy, prepared, shape, images);
    return;
  }
  const int64_t size = ck_products_weights_size(shape, CK_CONVOLUTION_INPUT_GRADIENT) / shape->groups;
  const int64_t inputs = ck_group_inputs(shape), outputs = ck_group_outputs(shape);
  const bool scattered = ck_products_scatter(shape, CK_CONVOLUTION_INPUT_GRADIENT);
  const ck_window on_x = ck_window_on_x(shape);
  if (scattered) {
    const int64_t pixels = images * shape->rows.input * shape->columns.input;
    memset(dx, 0, (size_t)(pixels * shape->inputs) * sizeof *dx);
  }
  for (int64_t g = 0; g < shape->groups; g++) {
    float *to = dx + g * inputs;
    if (scattered) {
      multiply_scattered(to, dy + g * outputs, shape->outputs, outputs, prepared + g * size, &on_x, images, scratch);
    } else {
      gather_input_gradient(to, dy + g * outputs, prepared + g * size, shape, images, scratch);
    }
  }
}
