// The weight gradient by matrix products: dw is the product of transposed pixels of one side and patches of the other,
// its inner dimension the pixels of all images. Both are packed for a block of pixels at a time, CK_DEPTH of them, as
// the tiles and panels that the kernels read.
//
// The patches are those of x, and the sums then lie like w. Where y has few channels, and so few rows to a product, and
// x more, the patches are those of dy: [inputs, taps, outputs]. Where x has few, they come from planes.
#include "convolution_geometry.h"
#include "convolution_products.h"
#include "matmul_private.h"
#include "planes.h"

// Output channels from which on patches of x are taken whatever the input channels.
#define MANY_OUTPUTS 16
// Floats between the columns of a packed tile: the vectors that a tile's rows take.
#define TILE_STRIDE 16
// Channels from which on patches are packed tap by tap, not pixel by pixel.
#define PANEL_CHANNELS 32

static bool takes_patches_of_x(const ck_convolution *shape) {
  const int64_t inputs = ck_group_inputs(shape), outputs = ck_group_outputs(shape);
  return outputs >= MANY_OUTPUTS || inputs <= outputs || shape->rows.stride != 1 || shape->columns.stride != 1;
}

static int64_t tiles_of(int64_t rows) {
  const int64_t most = ck_matmul_kernels_here()->tile_rows;
  return (rows + most - 1) / most;
}

static int64_t round_to_panels(int64_t columns) { return (columns + CK_PANEL - 1) / CK_PANEL * CK_PANEL; }

// Rows of tile t of nearly equal ones, and where they begin.
static int64_t first_row(int64_t rows, int64_t tiles, int64_t t) { return rows * t / tiles; }

// Tiles [count, TILE_STRIDE] of the transposed pixels, one after the other.
static void pack_tiles(float *tiles, const float *single, int64_t stride, int64_t rows, int64_t first, int64_t count) {
  const int64_t number = tiles_of(rows);
  for (int64_t t = 0; t < number; t++) {
    const int64_t from = first_row(rows, number, t), to = first_row(rows, number, t + 1);
    ck_matmul_kernels_here()->copy(tiles + t * TILE_STRIDE * count, TILE_STRIDE, single + first * stride + from,
                                   stride, count, to - from);
  }
}

// A block of columns of the patches of some pixels, in the layout that suits their channels.
static ck_block pack_patches(float *packed, const float *patched, const ck_window *window, ck_patch_part part) {
  if (window->channels >= PANEL_CHANNELS) {
    ck_gather_panels(packed, patched, window, part);
    return (ck_block){packed, CK_PANEL, CK_PANEL * part.count};
  }
  const int64_t row_stride = round_to_panels(part.depth) + CK_LANES;
  ck_gather_patches(packed, row_stride, patched, window, part);
  return (ck_block){packed, row_stride, CK_PANEL};
}

// sums[row, (tap, channel)] (+)= the sum over pixels of single[pixel, row] * patch[pixel, (tap, channel)].
static void add_products(float *sums, const float *single, int64_t stride, int64_t rows, const float *patched,
                         const ck_window *window, int64_t images, bool accumulate, float *scratch) {
  const ck_matmul_kernels *kernels = ck_matmul_kernels_here();
  const int64_t pixels = images * ck_window_pixels(window), columns = ck_window_depth(window);
  const int64_t tiles = tiles_of(rows);
  float *packed_tiles = scratch, *packed_patches = scratch + tiles * TILE_STRIDE * CK_DEPTH;
  for (int64_t first = 0; first < pixels; first += CK_DEPTH) {
    const int64_t count = ck_minimum(CK_DEPTH, pixels - first);
    pack_tiles(packed_tiles, single, stride, rows, first, count);
    for (int64_t j = 0; j < columns; j += CK_BLOCK_COLUMNS) {
      const int64_t width = ck_minimum(CK_BLOCK_COLUMNS, columns - j);
      const ck_block block = pack_patches(packed_patches, patched, window, (ck_patch_part){first, count, j, width});
      for (int64_t t = 0; t < tiles; t++) {
        const int64_t row = first_row(rows, tiles, t);
        const ck_tile_side side = {packed_tiles + t * TILE_STRIDE * count, TILE_STRIDE, CK_ROWS_ADJACENT,
                                   first_row(rows, tiles, t + 1) - row};
        ck_multiply_row_tile(kernels, sums + row * columns + j, columns, side, &block, width, count,
                             accumulate || first > 0);
      }
    }
  }
}

// to[j, t, i] = from[i, t, j]: between the layouts of the forms.
static void exchange(float *to, const float *from, int64_t rows, int64_t taps, int64_t columns) {
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t t = 0; t < taps; t++) {
      for (int64_t j = 0; j < columns; j++) to[(j * taps + t) * rows + i] = from[(i * taps + t) * columns + j];
    }
  }
}

int64_t ck_products_sums_scratch(const ck_convolution *shape) {
  const int64_t inputs = ck_group_inputs(shape), outputs = ck_group_outputs(shape), taps = ck_convolution_taps(shape);
  if (ck_convolution_is_depthwise(shape)) return taps * shape->inputs;
  const ck_window on_x = ck_window_on_x(shape);
  const int64_t exchanged = ck_round_up(outputs * taps * inputs);
  if (ck_planes_pay(&on_x, outputs)) return exchanged + ck_planes_scratch(&on_x, outputs);
  const bool of_x = takes_patches_of_x(shape);
  const int64_t rows = of_x ? outputs : inputs, depth = taps * (of_x ? inputs : outputs);
  const int64_t width = round_to_panels(ck_minimum(depth, CK_BLOCK_COLUMNS)) + CK_LANES;
  return tiles_of(rows) * TILE_STRIDE * CK_DEPTH + width * CK_DEPTH + CK_PANEL + (of_x ? 0 : exchanged);
}

// The three forms for one group; x and dy are where its channels start.
static void sum_group(float *sums, const float *x, const float *dy, const ck_convolution *shape, int64_t images,
                      bool accumulate, float *scratch) {
  const int64_t inputs = ck_group_inputs(shape), outputs = ck_group_outputs(shape), taps = ck_convolution_taps(shape);
  const ck_window on_x = ck_window_on_x(shape);
  float *exchanged = scratch, *rest = scratch + ck_round_up(outputs * taps * inputs);
  if (ck_planes_pay(&on_x, outputs)) {
    // [(taps, inputs), outputs]
    if (accumulate) exchange(exchanged, sums, outputs, 1, taps * inputs);
    ck_planes_sum(exchanged, dy, shape->outputs, outputs, x, &on_x, images, accumulate, rest);
    exchange(sums, exchanged, taps * inputs, 1, outputs);
  } else if (takes_patches_of_x(shape)) {
    add_products(sums, dy, shape->outputs, outputs, x, &on_x, images, accumulate, scratch);
  } else {
    const ck_window on_y = ck_window_on_y(shape);
    if (accumulate) exchange(exchanged, sums, outputs, taps, inputs);
    add_products(exchanged, x, shape->inputs, inputs, dy, &on_y, images, accumulate, rest);
    exchange(sums, exchanged, inputs, taps, outputs);
  }
}

void ck_products_sums(float *sums, const float *x, const float *dy, const ck_convolution *shape, int64_t images,
                      bool accumulate, float *scratch) {
  const int64_t inputs = ck_group_inputs(shape), outputs = ck_group_outputs(shape);
  const int64_t of_group = outputs * ck_convolution_taps(shape) * inputs;
  if (images == 0) {
    if (!accumulate) memset(sums, 0, (size_t)(of_group * shape->groups) * sizeof *sums);
  } else if (ck_convolution_is_depthwise(shape)) {
    ck_depthwise_sums(sums, x, dy, shape, images, accumulate, scratch);
  } else {
    for (int64_t g = 0; g < shape->groups; g++) {
      sum_group(sums + g * of_group, x + g * inputs, dy + g * outputs, shape, images, accumulate, scratch);
    }
  }
}
