// The weight gradient of the Winograd convolution: products over tiles, transformed back block by block, so that
// sums are of the weights' own size.
#include "winograd.h"

// Tiles that are summed before they are transformed back, which costs as much as some 4 of them.
#define CHUNK_TILES 128
// Floats of products that wait to be transformed back, 64 MiB: those of 512 x 512 channels and some more. Blocks of
// fewer filters read all tiles again for each: with 8 MiB, 1.4 times the time was measured.
#define PRODUCT_FLOATS (1 << 24)

int64_t ck_winograd_sums_images(ck_winograd_shape shape) {
  const int64_t images = CHUNK_TILES / ck_tiles_of(shape, 1);
  return images < 1 ? 1 : images;
}

static int64_t chunk_tiles(ck_winograd_shape shape, int64_t images) {
  const int64_t of_images = ck_tiles_of(shape, ck_minimum(images, ck_winograd_sums_images(shape)));
  return ck_minimum(CHUNK_TILES, of_images);
}

// Filters of a block: whole tiles of a product.
static int64_t block_filters(ck_winograd_shape shape) {
  const int64_t tiles = PRODUCT_FLOATS / (ck_frequencies(shape) * 14 * shape.inputs);
  return ck_minimum(shape.outputs, 14 * (tiles < 1 ? 1 : tiles));
}

int64_t ck_winograd_sums_scratch(ck_winograd_shape shape, int64_t images) {
  const int64_t tiles = chunk_tiles(shape, images), filters = block_filters(shape);
  return ck_frequencies(shape) * (ck_frequency_stride(tiles, shape.inputs) + ck_frequency_stride(tiles, shape.outputs) +
                           ck_frequency_stride(filters, shape.inputs)) +
         ck_round_up(shape.inputs > shape.outputs ? shape.inputs : shape.outputs);
}

CK_INLINE void transform_output_gradient(float *out, int64_t stride, const float *dy, ck_winograd_shape shape,
                                         int64_t tile, const float *zeros, const int64_t size) {
  const ck_tile_pixels of = {shape.output_height, shape.output_width, shape.outputs};
  int64_t offsets[CK_MOST_FREQUENCIES];
  const float *pixels[CK_MOST_FREQUENCIES];
  ck_tile_offsets(offsets, shape, of, tile, 0, 0, size);
  for (int p = 0; p < size * size; p++) pixels[p] = offsets[p] < 0 ? zeros : dy + offsets[p];
  ck_winograd_transforms_of(shape)->output_gradient(out, stride, pixels, shape.outputs);
}

// dw (+)= what the products of some filters stand for.
static void transform_back(float *dw, const float *products, int64_t stride, ck_winograd_shape shape, int64_t filter,
                           int64_t filters, bool accumulate) {
  const int64_t taps = shape.kernel * shape.kernel;
  for (int64_t k = 0; k < filters; k++) {
    float *pointers[CK_MOST_TAPS];
    for (int64_t t = 0; t < taps; t++) pointers[t] = dw + ((filter + k) * taps + t) * shape.inputs;
    ck_winograd_transforms_of(shape)->weight_gradient(pointers, products + k * shape.inputs, stride, shape.inputs,
                                                      accumulate);
  }
}

void ck_winograd_sums(float *dw, const float *x, const float *dy, ck_winograd_shape shape, int64_t images,
                      bool accumulate, float *scratch) {
  const int64_t tiles = ck_tiles_of(shape, images), most = chunk_tiles(shape, images);
  const int64_t inputs = shape.inputs, outputs = shape.outputs, block = block_filters(shape);
  const int64_t in_stride = ck_frequency_stride(most, inputs), out_stride = ck_frequency_stride(most, outputs);
  const int64_t stride = ck_frequency_stride(block, inputs);
  const int64_t frequencies = ck_frequencies(shape);
  float *in = scratch, *out = in + frequencies * in_stride, *products = out + frequencies * out_stride;
  float *zeros = products + frequencies * stride;
  memset(zeros, 0, (size_t)(inputs > outputs ? inputs : outputs) * sizeof *zeros);
  for (int64_t first = 0; first < tiles; first += most) {
    const int64_t count = ck_minimum(most, tiles - first);
    ck_transform_inputs(in, in_stride, x, shape, first, count, zeros);
    for (int64_t t = 0; t < count; t++) {
      if (ck_tile_size(shape) == 4) {
        transform_output_gradient(out + t * outputs, out_stride, dy, shape, first + t, zeros, 4);
      } else {
        transform_output_gradient(out + t * outputs, out_stride, dy, shape, first + t, zeros, 2);
      }
    }
    for (int64_t k = 0; k < outputs; k += block) {
      const int64_t filters = ck_minimum(block, outputs - k);
      for (int64_t f = 0; f < frequencies; f++) {
        ck_matmul(products + f * stride, inputs, out + f * out_stride + k, 1, outputs, in + f * in_stride, inputs,
                  filters, inputs, count, false);
      }
      transform_back(dw, products, stride, shape, k, filters, accumulate || first > 0);
    }
  }
}
