#include "planes.h"

#include "matmul_private.h"

#define MOST_CHANNELS 8
// Floats between the columns of a packed tile.
#define TILE_STRIDE 16
// Floats between the rows of patches that sums read: not a multiple of a page's fraction.
#define ROW_STRIDE (CK_DEPTH + CK_LANES)

// Of one image: pixel (y, x) of channel c at planes[(c * rows + y) * columns + x], counted from the first pixel that
// any position and tap of the window reads.
typedef struct planes {
  int64_t rows, columns;
  int64_t top, left;  // in the image
} planes;

static int64_t least_tap(const ck_axis *axis) { return ck_minimum(0, (axis->taps - 1) * axis->tap_step); }

static int64_t pixels_read(const ck_axis *axis) {
  const int64_t taps = (axis->taps - 1) * axis->tap_step;
  return (axis->grid - 1) * axis->step + (taps < 0 ? -taps : taps) + 1;
}

static planes planes_of(const ck_window *window) {
  return (planes){pixels_read(&window->rows), pixels_read(&window->columns),
                  window->rows.first + least_tap(&window->rows), window->columns.first + least_tap(&window->columns)};
}

bool ck_planes_pay(const ck_window *window, int64_t channels) {
  return window->channels <= MOST_CHANNELS && ck_window_taps(window) > 1 && ck_window_depth(window) <= CK_DEPTH &&
         channels > CK_NARROW_COLUMNS;
}

// Copies are of whole vectors, up to one past the end.
static int64_t planes_size(const ck_window *window) {
  const planes planes = planes_of(window);
  return ck_round_up(window->channels * planes.rows * planes.columns) + CK_LANES;
}

int64_t ck_planes_scratch(const ck_window *window, int64_t channels) {
  if (!ck_planes_pay(window, channels)) return 0;
  const int64_t tile = (CK_DEPTH + 1) * TILE_STRIDE, rows = ck_window_depth(window) * ROW_STRIDE + CK_LANES;
  return planes_size(window) + (tile > rows ? tile : rows);
}

CK_LEVELS(static, void, copy_image, (float *out, const float *image, const ck_window *window), (out, image, window)) {
  const planes planes = planes_of(window);
  memset(out, 0, (size_t)planes_size(window) * sizeof *out);
  const int64_t first = planes.left < 0 ? -planes.left : 0;
  const int64_t last = ck_minimum(planes.columns, window->columns.extent - planes.left);
  for (int64_t c = 0; c < window->channels; c++) {
    for (int64_t y = 0; y < planes.rows; y++) {
      const int64_t row = y + planes.top;
      if (row < 0 || row >= window->rows.extent) continue;
      const float *from = image + (row * window->columns.extent + planes.left) * window->stride + c;
      float *to = out + (c * planes.rows + y) * planes.columns;
      for (int64_t x = first; x < last; x++) to[x] = from[x * window->stride];
    }
  }
}

// Where pixel (0, 0) finds each element of its patch.
static void element_offsets(int64_t *offsets, const ck_window *window) {
  const planes planes = planes_of(window);
  int64_t *to = offsets;
  for (int64_t r = 0; r < window->rows.taps; r++) {
    for (int64_t s = 0; s < window->columns.taps; s++) {
      const int64_t y = r * window->rows.tap_step - least_tap(&window->rows);
      const int64_t x = s * window->columns.tap_step - least_tap(&window->columns);
      for (int64_t c = 0; c < window->channels; c++) *to++ = (c * planes.rows + y) * planes.columns + x;
    }
  }
}

// A part of a line of the grid: `length` pixels from number `at` of those that are gathered on, whose patches begin at
// `from` and next to it.
typedef struct segment {
  const float *from;
  int64_t at, length;
} segment;

static int64_t find_segments(segment *segments, const float *in, const ck_window *window, int64_t first,
                             int64_t count) {
  const int64_t columns = planes_of(window).columns;
  int64_t number = 0;
  for (int64_t done = 0; done < count; number++) {
    const int64_t i = (first + done) / window->columns.grid, j = (first + done) % window->columns.grid;
    const int64_t length = ck_minimum(window->columns.grid - j, count - done);
    segments[number] = (segment){in + i * window->rows.step * columns + j * window->columns.step, done, length};
    done += length;
  }
  return number;
}

// to[p * element_stride + k] = element p of the patch of pixel first + k; up to a vector past `count` is written, and
// then what follows there.
CK_LEVELS(static, void, gather_elements,
          (float *to, int64_t element_stride, const float *in, const int64_t *offsets, const ck_window *window,
           int64_t first, int64_t count),
          (to, element_stride, in, offsets, window, first, count)) {
  segment segments[CK_DEPTH];
  const int64_t depth = ck_window_depth(window), step = window->columns.step;
  const int64_t number = find_segments(segments, in, window, first, count);
  for (int64_t p = 0; p < depth; p++) {
    for (int64_t i = 0; i < number; i++) {
      const float *from = segments[i].from + offsets[p];
      float *out = to + p * element_stride + segments[i].at;
      if (step == 1) {
        for (int64_t k = 0; k < segments[i].length; k += CK_LANES) memcpy(out + k, from + k, CK_LANES * sizeof *out);
      } else {
        for (int64_t k = 0; k < segments[i].length; k++) out[k] = from[k * step];
      }
    }
  }
}

void ck_planes_multiply(float *out, int64_t out_stride, const float *in, const float *packed, const ck_window *window,
                        int64_t channels, int64_t images, float *scratch) {
  const ck_matmul_kernels *kernels = ck_matmul_kernels_here();
  const int64_t pixels = ck_window_pixels(window), depth = ck_window_depth(window);
  const int64_t tiles = (pixels + kernels->tile_rows - 1) / kernels->tile_rows;
  const int64_t of_image = window->rows.extent * window->columns.extent * window->stride;
  const ck_packed_part all = {depth, channels, 0, depth, 0, channels};
  int64_t offsets[CK_DEPTH];
  element_offsets(offsets, window);
  float *tile = scratch + planes_size(window);
  for (int64_t image = 0; image < images; image++) {
    copy_image(scratch, in + image * of_image, window);
    int64_t done = 0;
    for (int64_t t = 0; t < tiles; t++) {
      const int64_t rows = (pixels - done) / (tiles - t);
      gather_elements(tile, TILE_STRIDE, scratch, offsets, window, done, rows);
      const ck_tile_side side = {tile, TILE_STRIDE, CK_ROWS_ADJACENT, rows};
      ck_multiply_row_tile_packed(kernels, out + (image * pixels + done) * out_stride, out_stride, side, packed, all,
                                  false);
      done += rows;
    }
  }
}

void ck_planes_sum(float *sums, const float *single, int64_t stride, int64_t rows, const float *in,
                   const ck_window *window, int64_t images, bool accumulate, float *scratch) {
  const int64_t pixels = ck_window_pixels(window), depth = ck_window_depth(window);
  const int64_t of_image = window->rows.extent * window->columns.extent * window->stride;
  int64_t offsets[CK_DEPTH];
  element_offsets(offsets, window);
  float *patches = scratch + planes_size(window);
  for (int64_t image = 0; image < images; image++) {
    copy_image(scratch, in + image * of_image, window);
    for (int64_t first = 0; first < pixels; first += CK_DEPTH) {
      const int64_t count = ck_minimum(CK_DEPTH, pixels - first);
      gather_elements(patches, ROW_STRIDE, scratch, offsets, window, first, count);
      ck_matmul(sums, rows, patches, ROW_STRIDE, 1, single + (image * pixels + first) * stride, stride, depth, rows,
                count, accumulate || image > 0 || first > 0);
    }
  }
}
