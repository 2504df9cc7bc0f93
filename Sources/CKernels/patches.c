// Gathering patches out of images, and adding them back.
#include "patches.h"

#include "dispatch.h"

bool ck_window_is_plain(const ck_window *window) {
  return window->kernel_height == 1 && window->kernel_width == 1 && window->stride == 1 && window->top == 0 &&
         window->left == 0 && window->rows == window->height && window->columns == window->width;
}

// The part of one line of a patch that lies in the image: floats `before` ..< `after` of it, at `offset` in the images.
typedef struct run {
  int64_t before, after, offset;
} run;

CK_INLINE int64_t clamp(int64_t value, int64_t least, int64_t most) {
  return value < least ? least : ck_minimum(value, most);
}

CK_INLINE run run_of(const ck_window *window, int64_t image, int64_t y, int64_t left) {
  const int64_t columns = window->kernel_width;
  if (y < 0 || y >= window->height) return (run){columns * window->channels, columns * window->channels, 0};
  const int64_t before = clamp(-left, 0, columns), after = clamp(window->width - left, before, columns);
  const int64_t pixel = (image * window->height + y) * window->width + left + before;
  return (run){before * window->channels, after * window->channels, pixel * window->channels};
}

// Lines are short, often a few pixels of three channels: calls of memcpy would take longer than the copies.
CK_INLINE void copy_floats(float *to, const float *from, int64_t count) {
  int64_t k = 0;
  for (; k + CK_LANES <= count; k += CK_LANES) memcpy(to + k, from + k, CK_LANES * sizeof *to);
  if (count & 8) memcpy(to + k, from + k, 8 * sizeof *to), k += 8;
  if (count & 4) memcpy(to + k, from + k, 4 * sizeof *to), k += 4;
  if (count & 2) memcpy(to + k, from + k, 2 * sizeof *to), k += 2;
  if (count & 1) to[k] = from[k];
}

CK_INLINE void clear_floats(float *to, int64_t count) {
  for (int64_t k = 0; k < count; k++) to[k] = 0;
}

CK_CLONES void ck_gather_patches(float *patches, const float *images, const ck_window *window, int64_t first,
                                 int64_t count) {
  const int64_t line = window->kernel_width * window->channels;
  for (int64_t p = first; p < first + count; p++) {
    const int64_t i = p / window->columns % window->rows, j = p % window->columns;
    const int64_t image = p / window->columns / window->rows;
    for (int64_t r = 0; r < window->kernel_height; r++) {
      const run part =
          run_of(window, image, i * window->stride + r - window->top, j * window->stride - window->left);
      clear_floats(patches, part.before);
      copy_floats(patches + part.before, images + part.offset, part.after - part.before);
      clear_floats(patches + part.after, line - part.after);
      patches += line;
    }
  }
}

CK_CLONES void ck_scatter_patches(float *images, const float *patches, const ck_window *window, int64_t first,
                                  int64_t count) {
  const int64_t line = window->kernel_width * window->channels;
  for (int64_t p = first; p < first + count; p++) {
    const int64_t i = p / window->columns % window->rows, j = p % window->columns;
    const int64_t image = p / window->columns / window->rows;
    for (int64_t r = 0; r < window->kernel_height; r++) {
      const run part =
          run_of(window, image, i * window->stride + r - window->top, j * window->stride - window->left);
      float *to = images + part.offset;
      const float *from = patches + part.before;
      CK_VECTOR_LOOP for (int64_t k = 0; k < part.after - part.before; k++) to[k] += from[k];
      patches += line;
    }
  }
}
