#include "convolution_geometry.h"

static ck_axis axis_on_x(const ck_convolution_axis *axis) {
  return (ck_axis){.extent = axis->input, .grid = axis->output, .taps = axis->kernel, .step = axis->stride,
                   .tap_step = axis->dilation, .first = -axis->padding};
}

ck_window ck_window_on_x(const ck_convolution *shape) {
  return (ck_window){axis_on_x(&shape->rows), axis_on_x(&shape->columns), ck_group_inputs(shape), shape->inputs};
}

static int64_t greatest_common_divisor(int64_t a, int64_t b) {
  while (b != 0) {
    const int64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

// y[i] and x[j] meet at tap r where i * stride + r * dilation = j + padding. Taps that do so for one j are
// stride / gcd(stride, dilation) apart, and belong to pixels of y that are dilation / gcd apart, backwards.
static ck_phase_axis phase_axis(const ck_convolution_axis *axis, int64_t at) {
  const int64_t common = greatest_common_divisor(axis->stride, axis->dilation), tap_step = axis->stride / common;
  int64_t first_tap = 0;
  while (first_tap < tap_step && (at + axis->padding - first_tap * axis->dilation) % axis->stride != 0) first_tap++;
  const bool meets = first_tap < tap_step && first_tap < axis->kernel;
  const ck_axis on_y = {
    .extent = axis->output,
    .grid = at < axis->input ? (axis->input - at + axis->stride - 1) / axis->stride : 0,
    .taps = meets ? (axis->kernel - first_tap + tap_step - 1) / tap_step : 0,
    .step = 1,
    .tap_step = -axis->dilation / common,
    .first = meets ? (at + axis->padding - first_tap * axis->dilation) / axis->stride : 0,
  };
  return (ck_phase_axis){on_y, at, first_tap, tap_step};
}

ck_phase ck_phase_of(const ck_convolution *shape, int64_t number) {
  return (ck_phase){phase_axis(&shape->rows, number / shape->columns.stride),
                    phase_axis(&shape->columns, number % shape->columns.stride)};
}

ck_window ck_phase_window(const ck_convolution *shape, const ck_phase *phase) {
  return (ck_window){phase->rows.axis, phase->columns.axis, ck_group_outputs(shape), shape->outputs};
}

ck_window ck_window_on_y(const ck_convolution *shape) {
  const ck_phase only = ck_phase_of(shape, 0);
  return ck_phase_window(shape, &only);
}
