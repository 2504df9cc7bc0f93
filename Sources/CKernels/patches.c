// Gathering patches out of images, and adding them back.
#include "patches.h"

#include "matmul_private.h"

static bool axis_is_plain(const ck_axis *axis) {
  return axis->taps == 1 && axis->step == 1 && axis->first == 0 && axis->grid == axis->extent;
}

bool ck_window_is_plain(const ck_window *window) {
  return axis_is_plain(&window->rows) && axis_is_plain(&window->columns);
}

// Lines of patches are what is adjacent in the image as well: all taps of a row, or single ones.
typedef struct lines {
  int64_t taps;    // of a line
  int64_t along;   // lines of a row of taps
  int64_t floats;  // of a line
} lines;

CK_INLINE lines lines_of(const ck_window *window) {
  const bool whole = window->columns.tap_step == 1 && window->stride == window->channels;
  const int64_t taps = whole ? window->columns.taps : 1;
  return (lines){taps, whole ? 1 : window->columns.taps, taps * window->channels};
}

// The part of a line that lies in the image: floats `before` ..< `after` of it, at `offset` in the images.
typedef struct run {
  int64_t before, after, offset;
} run;

CK_INLINE int64_t clamp(int64_t value, int64_t least, int64_t most) {
  return value < least ? least : ck_minimum(value, most);
}

// A pixel's place in the grid.
typedef struct place {
  int64_t image, row, column;
} place;

CK_INLINE place place_of(const ck_window *window, int64_t pixel) {
  const int64_t row = pixel / window->columns.grid, image = row / window->rows.grid;
  return (place){image, row - image * window->rows.grid, pixel - row * window->columns.grid};
}

CK_INLINE place next_place(const ck_window *window, place at) {
  if (++at.column < window->columns.grid) return at;
  at.column = 0;
  if (++at.row < window->rows.grid) return at;
  return (place){at.image + 1, 0, 0};
}

CK_INLINE int64_t meeting(const ck_axis *axis, int64_t position, int64_t tap) {
  return position * axis->step + tap * axis->tap_step + axis->first;
}

CK_INLINE run run_of(const ck_window *window, lines lines, place at, int64_t line) {
  const int64_t row_tap = line / lines.along, column_tap = line - row_tap * lines.along;
  const int64_t y = meeting(&window->rows, at.row, row_tap);
  if (y < 0 || y >= window->rows.extent) return (run){lines.floats, lines.floats, 0};
  const int64_t left = meeting(&window->columns, at.column, column_tap), width = window->columns.extent;
  const int64_t before = clamp(-left, 0, lines.taps), after = clamp(width - left, before, lines.taps);
  const int64_t pixel = (at.image * window->rows.extent + y) * width + left + before;
  return (run){before * window->channels, after * window->channels, pixel * window->stride};
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

CK_LEVELS(extern, void, ck_gather_patches,
          (float *patches, int64_t row_stride, const float *images, const ck_window *window, ck_patch_part part),
          (patches, row_stride, images, window, part)) {
  const lines lines = lines_of(window);
  const int64_t first_line = part.from / lines.floats, end = part.from + part.depth;
  place at = place_of(window, part.first);
  for (int64_t p = 0; p < part.count; p++, at = next_place(window, at)) {
    float *to = patches + p * row_stride;
    for (int64_t line = first_line; line * lines.floats < end; line++) {
      // Floats low ..< high of the line are meant.
      const int64_t start = line * lines.floats;
      const int64_t low = clamp(part.from - start, 0, lines.floats), high = ck_minimum(end - start, lines.floats);
      const run run = run_of(window, lines, at, line);
      const int64_t before = clamp(run.before, low, high), after = clamp(run.after, before, high);
      clear_floats(to, before - low);
      copy_floats(to + before - low, images + run.offset + before - run.before, after - before);
      clear_floats(to + after - low, high - after);
      to += high - low;
    }
  }
}

// Where the pixels of a tap are in the images, in floats; negative outside.
CK_INLINE void offsets_of(int64_t *offsets, const ck_window *window, int64_t tap, int64_t first, int64_t count) {
  const int64_t row_tap = tap / window->columns.taps, column_tap = tap - row_tap * window->columns.taps;
  place at = place_of(window, first);
  for (int64_t p = 0; p < count; p++, at = next_place(window, at)) {
    const int64_t y = meeting(&window->rows, at.row, row_tap), x = meeting(&window->columns, at.column, column_tap);
    const bool inside = y >= 0 && y < window->rows.extent && x >= 0 && x < window->columns.extent;
    const int64_t pixel = (at.image * window->rows.extent + y) * window->columns.extent + x;
    offsets[p] = inside ? pixel * window->stride : -1;
  }
}

CK_LEVELS(extern, void, ck_gather_panels,
          (float *panels, const float *images, const ck_window *window, ck_patch_part part),
          (panels, images, window, part)) {
  int64_t offsets[CK_DEPTH];
  const int64_t channels = window->channels, end = part.from + part.depth;
  for (int64_t tap = part.from / channels; tap * channels < end; tap++) {
    offsets_of(offsets, window, tap, part.first, part.count);
    // Elements of the patches that belong to this tap, a panel at a time.
    int64_t e = tap * channels < part.from ? part.from : tap * channels;
    const int64_t last = ck_minimum((tap + 1) * channels, end);
    while (e < last) {
      const int64_t column = e - part.from, in_panel = column % CK_PANEL;
      const int64_t floats = ck_minimum(CK_PANEL - in_panel, last - e);
      float *to = panels + (column - in_panel) * part.count + in_panel;
      const float *from = images + (e - tap * channels);
      if (floats == CK_PANEL) {
        const float zeros[CK_PANEL] = {0};
        for (int64_t p = 0; p < part.count; p++) {
          memcpy(to + p * CK_PANEL, offsets[p] < 0 ? zeros : from + offsets[p], sizeof zeros);
        }
      } else {
        for (int64_t p = 0; p < part.count; p++) {
          if (offsets[p] < 0) {
            clear_floats(to + p * CK_PANEL, floats);
          } else {
            copy_floats(to + p * CK_PANEL, from + offsets[p], floats);
          }
        }
      }
      e += floats;
    }
  }
}

CK_LEVELS(extern, void, ck_scatter_patches,
          (float *images, const float *patches, const ck_window *window, int64_t first, int64_t count),
          (images, patches, window, first, count)) {
  const lines lines = lines_of(window);
  const int64_t of_patch = window->rows.taps * lines.along;
  place at = place_of(window, first);
  for (int64_t p = 0; p < count; p++, at = next_place(window, at)) {
    for (int64_t line = 0; line < of_patch; line++) {
      const run run = run_of(window, lines, at, line);
      float *to = images + run.offset;
      const float *from = patches + run.before;
      CK_VECTOR_LOOP for (int64_t k = 0; k < run.after - run.before; k++) to[k] += from[k];
      patches += lines.floats;
    }
  }
}
