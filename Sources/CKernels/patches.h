// Patches of images: what a convolution reads of one image for each pixel of another.
#ifndef CK_PATCHES_H
#define CK_PATCHES_H

#include <stdbool.h>
#include <stdint.h>

// Pixel (i, j) of a grid of rows x columns owns the kernel_height x kernel_width pixels of the image from
// (i * stride - top, j * stride - left) on. Patches are rows [kernel_height, kernel_width, channels]; grid pixels are
// numbered row by row through all images.
typedef struct ck_window {
  int64_t height, width, channels;
  int64_t rows, columns;
  int64_t kernel_height, kernel_width;
  int64_t stride, top, left;
} ck_window;

static inline int64_t ck_window_depth(const ck_window *window) {
  return window->kernel_height * window->kernel_width * window->channels;
}

// Whether each pixel's patch is the pixel itself.
bool ck_window_is_plain(const ck_window *window);

// The patches of grid pixels first ..< first + count, zero outside the image.
void ck_gather_patches(float *patches, const float *images, const ck_window *window, int64_t first, int64_t count);
// The adjoint: adds them to the images, grid pixel by grid pixel.
void ck_scatter_patches(float *images, const float *patches, const ck_window *window, int64_t first, int64_t count);

#endif
