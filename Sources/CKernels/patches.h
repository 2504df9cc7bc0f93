// Patches of images: what a convolution reads of one image for each pixel of another.
#ifndef CK_PATCHES_H
#define CK_PATCHES_H

#include <stdbool.h>
#include <stdint.h>

// Along one axis, position g of a grid and tap t meet at pixel g * step + t * tap_step + first of an image, which has
// `extent` pixels; others are zero.
typedef struct ck_axis {
  int64_t extent, grid, taps;
  int64_t step, tap_step, first;
} ck_axis;

// Patches are rows [rows.taps, columns.taps, channels]; grid positions, "pixels", are numbered row by row through all
// images. `stride` is the number of floats of a pixel of the image, of which the first `channels` are meant.
typedef struct ck_window {
  ck_axis rows, columns;
  int64_t channels, stride;
} ck_window;

static inline int64_t ck_window_taps(const ck_window *window) { return window->rows.taps * window->columns.taps; }
static inline int64_t ck_window_depth(const ck_window *window) { return ck_window_taps(window) * window->channels; }
static inline int64_t ck_window_pixels(const ck_window *window) { return window->rows.grid * window->columns.grid; }

// Whether each pixel's patch is the pixel of the same number.
bool ck_window_is_plain(const ck_window *window);

// What is meant of all patches: those of pixels first ..< first + count, and of each the elements
// from ..< from + depth.
typedef struct ck_patch_part {
  int64_t first, count, from, depth;
} ck_patch_part;

// Rows of patches, row_stride apart.
void ck_gather_patches(float *patches, int64_t row_stride, const float *images, const ck_window *window,
                       ck_patch_part part);
// The same in panels [count, CK_PANEL] that follow each other; at most CK_DEPTH pixels, and a last panel's columns past
// the depth are left as they are.
void ck_gather_panels(float *panels, const float *images, const ck_window *window, ck_patch_part part);
// The adjoint of gathering whole patches, rows without gaps: adds them to the images, pixel by pixel.
void ck_scatter_patches(float *images, const float *patches, const ck_window *window, int64_t first, int64_t count);

#endif
