// Weights as the products of a convolution read them, and which of the two forms it takes.
#include "convolution_geometry.h"
#include "convolution_products.h"
#include "matmul_private.h"

// Output channels from which on gathering pays.
#define GATHERING_CHANNELS 16

bool ck_products_scatter(const ck_convolution *shape, ck_convolution_use use) {
  const bool forward = use == CK_CONVOLUTION_FORWARD;
  const int64_t in = forward ? ck_group_inputs(shape) : ck_group_outputs(shape);
  const int64_t out = forward ? ck_group_outputs(shape) : ck_group_inputs(shape);
  const bool has_unit_strides = shape->rows.stride == 1 && shape->columns.stride == 1;
  return out < GATHERING_CHANNELS && out < in && ck_convolution_taps(shape) > 1 && (has_unit_strides || !forward);
}

int64_t ck_gathered_size(const ck_convolution *shape, const ck_window *window, ck_convolution_use use) {
  return ck_packed_size(ck_window_depth(window),
                        use == CK_CONVOLUTION_FORWARD ? ck_group_outputs(shape) : ck_group_inputs(shape));
}

static int64_t scattered_size(const ck_convolution *shape, ck_convolution_use use) {
  const int64_t in = ck_group_inputs(shape), out = ck_group_outputs(shape), taps = ck_convolution_taps(shape);
  return use == CK_CONVOLUTION_FORWARD ? ck_packed_size(in, taps * out) : ck_packed_size(out, taps * in);
}

int64_t ck_products_weights_size(const ck_convolution *shape, ck_convolution_use use) {
  if (ck_convolution_is_depthwise(shape)) return ck_convolution_taps(shape) * shape->inputs;
  if (ck_products_scatter(shape, use)) return shape->groups * scattered_size(shape, use);
  if (use == CK_CONVOLUTION_FORWARD) {
    const ck_window window = ck_window_on_x(shape);
    return shape->groups * ck_gathered_size(shape, &window, use);
  }
  int64_t size = 0;
  for (int64_t number = 0; number < ck_phase_count(shape); number++) {
    const ck_phase phase = ck_phase_of(shape, number);
    const ck_window window = ck_phase_window(shape, &phase);
    size += shape->groups * ck_gathered_size(shape, &window, use);
  }
  return size;
}

// The taps of one phase of the input gradient: B[(r, s, o), c] = w[o, tap r, tap s, c].
static void pack_phase(float *packed, const float *w, const ck_convolution *shape, const ck_phase *phase) {
  const ck_window window = ck_phase_window(shape, phase);
  const int64_t inputs = ck_group_inputs(shape), outputs = ck_group_outputs(shape);
  const int64_t depth = ck_window_depth(&window), of_filter = ck_convolution_taps(shape) * inputs;
  if (inputs == 0 || outputs == 0) return;
  for (int64_t tap = 0; tap < ck_window_taps(&window); tap++) {
    const int64_t r = phase->rows.first_tap + tap / window.columns.taps * phase->rows.tap_step;
    const int64_t s = phase->columns.first_tap + tap % window.columns.taps * phase->columns.tap_step;
    const ck_packed_part part = {depth, inputs, tap * outputs, outputs, 0, inputs};
    ck_pack_part(ck_matmul_kernels_here(), packed, part, w + (r * shape->columns.kernel + s) * inputs, of_filter, 1);
  }
}

static void pack_group(float *prepared, const float *w, const ck_convolution *shape, ck_convolution_use use,
                       float *scratch) {
  const int64_t inputs = ck_group_inputs(shape), outputs = ck_group_outputs(shape);
  const int64_t taps = ck_convolution_taps(shape), of_filter = taps * inputs;
  const bool forward = use == CK_CONVOLUTION_FORWARD;
  if (ck_products_scatter(shape, use) && forward) {
    // B[c, (tap, o)] = w[o, tap, c]
    for (int64_t t = 0; t < taps; t++) {
      for (int64_t o = 0; o < outputs; o++) {
        memcpy(scratch + (t * outputs + o) * inputs, w + (o * taps + t) * inputs, (size_t)inputs * sizeof *w);
      }
    }
    ck_pack(prepared, scratch, inputs, taps * outputs, 1, inputs);
  } else if (ck_products_scatter(shape, use)) {
    ck_pack(prepared, w, outputs, of_filter, of_filter, 1);
  } else if (forward) {
    ck_pack(prepared, w, of_filter, outputs, 1, of_filter);
  } else {
    for (int64_t number = 0; number < ck_phase_count(shape); number++) {
      const ck_phase phase = ck_phase_of(shape, number);
      const ck_window window = ck_phase_window(shape, &phase);
      pack_phase(prepared, w, shape, &phase);
      prepared += ck_gathered_size(shape, &window, use);
    }
  }
}

int64_t ck_products_weights_scratch(const ck_convolution *shape) {
  if (!ck_products_scatter(shape, CK_CONVOLUTION_FORWARD)) return 0;
  return ck_group_outputs(shape) * ck_convolution_taps(shape) * ck_group_inputs(shape);
}

void ck_products_weights(float *prepared, const float *w, const ck_convolution *shape, ck_convolution_use use,
                         float *scratch) {
  if (ck_convolution_is_depthwise(shape)) {
    ck_depthwise_weights(prepared, w, shape);
    return;
  }
  const int64_t of_group = ck_group_outputs(shape) * ck_convolution_taps(shape) * ck_group_inputs(shape);
  const int64_t size = ck_products_weights_size(shape, use) / shape->groups;
  for (int64_t g = 0; g < shape->groups; g++) pack_group(prepared + g * size, w + g * of_group, shape, use, scratch);
}
