// Transformed weights, packed for the products of the Winograd convolution.
#include "matmul_private.h"
#include "winograd.h"

// A block of filters is transformed at a time, all frequencies of it in L2: a panel's filters by some channels, the
// last of them up to CK_WINOGRAD_CHANNELS - 1 more, so that none has fewer.
#define BLOCK_FILTERS CK_PANEL
#define BLOCK_CHANNELS (4 * CK_PANEL)
#define BLOCK_STRIDE (BLOCK_CHANNELS + CK_WINOGRAD_CHANNELS)
#define FREQUENCY_STRIDE (BLOCK_FILTERS * BLOCK_STRIDE + CK_LANES)

static int64_t channels_of_block(int64_t first, int64_t channels) {
  return channels - first < BLOCK_STRIDE ? channels - first : BLOCK_CHANNELS;
}

int64_t ck_winograd_weights_size(ck_winograd_shape shape, bool exchanged) {
  const int64_t k = exchanged ? shape.outputs : shape.inputs;
  return ck_frequencies(shape) * ck_packed_size(k, exchanged ? shape.inputs : shape.outputs);
}

int64_t ck_winograd_weights_scratch(ck_winograd_shape shape) { return ck_frequencies(shape) * FREQUENCY_STRIDE; }

static void transform_filters(float *block, const float *w, ck_winograd_shape shape, bool exchanged, int64_t filter,
                              int64_t filters, int64_t channel, int64_t channels) {
  const int64_t taps = shape.kernel * shape.kernel;
  for (int64_t k = 0; k < filters; k++) {
    const float *pointers[CK_MOST_TAPS];
    for (int64_t t = 0; t < taps; t++) {
      pointers[t] = w + ((filter + k) * taps + (exchanged ? taps - 1 - t : t)) * shape.inputs + channel;
    }
    ck_winograd_transforms_of(shape)->weights(block + k * BLOCK_STRIDE, FREQUENCY_STRIDE, pointers, channels);
  }
}

void ck_winograd_weights(float *transformed, const float *w, ck_winograd_shape shape, bool exchanged, float *scratch) {
  const ck_matmul_kernels *kernels = ck_matmul_kernels_here();
  const int64_t inputs = shape.inputs, outputs = shape.outputs;
  const int64_t size = ck_winograd_weights_size(shape, exchanged) / ck_frequencies(shape);
  for (int64_t o = 0; o < outputs; o += BLOCK_FILTERS) {
    const int64_t filters = ck_minimum(BLOCK_FILTERS, outputs - o);
    int64_t channels;
    for (int64_t c = 0; c < inputs; c += channels) {
      channels = channels_of_block(c, inputs);
      transform_filters(scratch, w, shape, exchanged, o, filters, c, channels);
      for (int64_t f = 0; f < ck_frequencies(shape); f++) {
        const float *from = scratch + f * FREQUENCY_STRIDE;
        const ck_packed_part part = exchanged ? (ck_packed_part){outputs, inputs, o, filters, c, channels}
                                              : (ck_packed_part){inputs, outputs, c, channels, o, filters};
        ck_pack_part(kernels, transformed + f * size, part, from, exchanged ? BLOCK_STRIDE : 1,
                     exchanged ? 1 : BLOCK_STRIDE);
      }
    }
  }
}
