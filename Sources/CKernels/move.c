// Copies between strided layouts, and rows picked or added by index.
#include "CKernels.h"
#include "vector_math.h"

// The dimensions of a strided copy.
typedef struct layout {
  int64_t rank;
  int64_t extent[CK_MAXIMUM_RANK], out[CK_MAXIMUM_RANK], in[CK_MAXIMUM_RANK];
} layout;

static int64_t magnitude(int64_t x) { return x < 0 ? -x : x; }

// The same copy in fewest dimensions, the output's closest elements innermost: dimensions of one element go,
// outputs are sorted by stride, and neighbours that continue each other merge.
static layout simplify(int64_t rank, const int64_t *extent, const int64_t *out_stride, const int64_t *in_stride) {
  layout sorted = {.rank = 0};
  for (int64_t d = 0; d < rank; ++d) {
    if (extent[d] == 1) continue;
    int64_t place = sorted.rank;
    for (; place > 0 && magnitude(sorted.out[place - 1]) < magnitude(out_stride[d]); --place) {
      sorted.extent[place] = sorted.extent[place - 1];
      sorted.out[place] = sorted.out[place - 1];
      sorted.in[place] = sorted.in[place - 1];
    }
    sorted.extent[place] = extent[d];
    sorted.out[place] = out_stride[d];
    sorted.in[place] = in_stride[d];
    sorted.rank += 1;
  }
  layout merged = {.rank = 0};
  for (int64_t d = 0; d < sorted.rank; ++d) {
    int64_t last = merged.rank - 1;
    if (last >= 0 && merged.out[last] == sorted.out[d] * sorted.extent[d] &&
        merged.in[last] == sorted.in[d] * sorted.extent[d]) {
      merged.extent[last] *= sorted.extent[d];
    } else {
      last = merged.rank++;
      merged.extent[last] = sorted.extent[d];
    }
    merged.out[last] = sorted.out[d];
    merged.in[last] = sorted.in[d];
  }
  return merged;
}

// Puts the longest dimension innermost where runs would be very short.
static void lengthen_runs(layout *plan) {
  int64_t inner = plan->rank - 1, longest = inner;
  if (plan->extent[inner] >= 8) return;
  for (int64_t d = 0; d < inner; ++d) {
    if (plan->extent[d] > plan->extent[longest]) longest = d;
  }
  int64_t *fields[] = {plan->extent, plan->out, plan->in};
  for (int f = 0; f < 3; ++f) {
    int64_t saved = fields[f][inner];
    fields[f][inner] = fields[f][longest];
    fields[f][longest] = saved;
  }
}

CK_LEVELS(static, void, copy_run,
          (float *out, const float *in, int64_t out_stride, int64_t in_stride, int64_t count),
          (out, in, out_stride, in_stride, count)) {
  if (out_stride == 1 && in_stride == 1) {
    if (count >= 2 * CK_LANES) {
      memcpy(out, in, (size_t)count * sizeof(float));
    } else {
      for (int64_t i = 0; i < count; ++i) out[i] = in[i];
    }
  } else if (out_stride == 1 && in_stride == 0) {
    float value = in[0];
    for (int64_t i = 0; i < count; ++i) out[i] = value;
  } else {
    for (int64_t i = 0; i < count; ++i) out[i * out_stride] = in[i * in_stride];
  }
}

#define TILE 8
typedef float eight __attribute__((vector_size(32)));

// out[i, j] = in[j, i] for 8 x 8, by swapping blocks of four, two and one.
CK_LEVELS(static, void, transpose_tiles,
          (float *out, const float *in, int64_t out_stride, int64_t in_stride, int64_t tiles),
          (out, in, out_stride, in_stride, tiles)) {
  for (int64_t tile = 0; tile < tiles; ++tile, in += TILE * in_stride, out += TILE) {
    eight r[TILE], s[TILE];
    for (int k = 0; k < TILE; ++k) memcpy(&r[k], in + k * in_stride, sizeof r[k]);
    for (int k = 0; k < 4; ++k) {
      s[k] = __builtin_shufflevector(r[k], r[k + 4], 0, 1, 2, 3, 8, 9, 10, 11);
      s[k + 4] = __builtin_shufflevector(r[k], r[k + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
    for (int k = 0; k < TILE; k += 4) {
      for (int l = k; l < k + 2; ++l) {
        r[l] = __builtin_shufflevector(s[l], s[l + 2], 0, 1, 8, 9, 4, 5, 12, 13);
        r[l + 2] = __builtin_shufflevector(s[l], s[l + 2], 2, 3, 10, 11, 6, 7, 14, 15);
      }
    }
    for (int k = 0; k < TILE; k += 2) {
      s[k] = __builtin_shufflevector(r[k], r[k + 1], 0, 8, 2, 10, 4, 12, 6, 14);
      s[k + 1] = __builtin_shufflevector(r[k], r[k + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
    for (int k = 0; k < TILE; ++k) memcpy(out + k * out_stride, &s[k], sizeof s[k]);
  }
}

// out[i * out_stride + j] = in[j * in_stride + i], both innermost strides 1.
static void transpose(float *out, const float *in, int64_t rows, int64_t columns, int64_t out_stride,
                      int64_t in_stride) {
  int64_t whole_rows = rows / TILE * TILE, whole_columns = columns / TILE * TILE;
  for (int64_t i = 0; i < whole_rows; i += TILE) {
    transpose_tiles(out + i * out_stride, in + i, out_stride, in_stride, whole_columns / TILE);
  }
  for (int64_t i = 0; i < rows; ++i) {
    int64_t first = i < whole_rows ? whole_columns : 0;
    for (int64_t j = first; j < columns; ++j) out[i * out_stride + j] = in[j * in_stride + i];
  }
}

void ck_copy_strided(float *out, const float *in, int64_t rank, const int64_t *extent, const int64_t *out_stride,
                     const int64_t *in_stride) {
  for (int64_t d = 0; d < rank; ++d) {
    if (extent[d] <= 0) return;
  }
  layout plan = simplify(rank, extent, out_stride, in_stride);
  if (plan.rank == 0) {
    out[0] = in[0];
    return;
  }

  // The innermost dimension makes the runs; one in which the input is contiguous, if another, makes transposes.
  lengthen_runs(&plan);
  int64_t inner = plan.rank - 1, across = -1;
  if (plan.out[inner] == 1 && plan.in[inner] != 1 && plan.extent[inner] >= TILE) {
    for (int64_t d = 0; d < inner; ++d) {
      if (plan.in[d] == 1 && plan.extent[d] >= TILE) across = d;
    }
  }

  int64_t index[CK_MAXIMUM_RANK] = {0};
  while (true) {
    if (across >= 0) {
      transpose(out, in, plan.extent[across], plan.extent[inner], plan.out[across], plan.in[inner]);
    } else {
      copy_run(out, in, plan.out[inner], plan.in[inner], plan.extent[inner]);
    }
    int64_t d = inner - 1;
    for (; d >= 0; --d) {
      if (d == across) continue;
      out += plan.out[d];
      in += plan.in[d];
      if (++index[d] < plan.extent[d]) break;
      out -= plan.out[d] * plan.extent[d];
      in -= plan.in[d] * plan.extent[d];
      index[d] = 0;
    }
    if (d < 0) return;
  }
}

// The row an index names, or -1. A fraction is cut off; NaN names no row.
static int64_t row_of(float index, int64_t table_rows) {
  return index >= 0.0f && index < (float)table_rows ? ck_minimum((int64_t)index, table_rows - 1) : -1;
}

CK_LEVELS(extern, void, ck_gather_rows,
          (float *out, const float *table, const float *index, int64_t table_rows, int64_t rows, int64_t columns),
          (out, table, index, table_rows, rows, columns)) {
  for (int64_t i = 0; i < rows; ++i, out += columns) {
    int64_t row = row_of(index[i], table_rows);
    if (row < 0) {
      for (int64_t j = 0; j < columns; ++j) out[j] = CK_NAN;
    } else {
      copy_run(out, table + row * columns, 1, 1, columns);
    }
  }
}

CK_LEVELS(extern, int64_t, ck_scatter_add_rows,
          (float *table, const float *x, const float *index, int64_t table_rows, int64_t rows, int64_t columns),
          (table, x, index, table_rows, rows, columns)) {
  int64_t outside = 0;
  for (int64_t i = 0; i < rows; ++i, x += columns) {
    int64_t row = row_of(index[i], table_rows);
    if (row < 0) {
      outside += 1;
      continue;
    }
    float *destination = table + row * columns;
    CK_VECTOR_LOOP for (int64_t j = 0; j < columns; ++j) destination[j] += x[j];
  }
  return outside;
}

void ck_read_row(float *out, const float *x, float index, int64_t batch, int64_t rows, int64_t columns) {
  int64_t row = row_of(index, rows);
  if (row < 0) {
    memset(out, 0, (size_t)(batch * columns) * sizeof(float));
    return;
  }
  for (int64_t i = 0; i < batch; ++i) {
    memcpy(out + i * columns, x + (i * rows + row) * columns, (size_t)columns * sizeof(float));
  }
}

void ck_write_row(float *out, const float *x, const float *row, float index, int64_t batch, int64_t rows,
                  int64_t columns) {
  int64_t place = row_of(index, rows);
  if (out != x) memcpy(out, x, (size_t)(batch * rows * columns) * sizeof(float));
  for (int64_t i = 0; i < batch && place >= 0; ++i) {
    memcpy(out + (i * rows + place) * columns, row + i * columns, (size_t)columns * sizeof(float));
  }
}
