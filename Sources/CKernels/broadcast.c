// Broadcast operands: an odometer over the outer dimensions, a fast copy for each shape of the innermost.
#include "broadcast.h"

#include "dispatch.h"

ck_broadcast ck_broadcast_prepare(const ck_register *description, const float *base) {
  ck_broadcast result = {.base = base, .rank = 0};
  for (int64_t d = 0; d < description->rank; ++d) {
    int64_t extent = description->extent[d], stride = description->stride[d];
    if (extent == 1) continue;
    int64_t last = result.rank - 1;
    if (last >= 0 && result.stride[last] == stride * extent) {
      result.extent[last] *= extent;
      result.stride[last] = stride;
    } else {
      result.extent[result.rank] = extent;
      result.stride[result.rank] = stride;
      result.rank += 1;
    }
  }
  if (result.rank == 0) {
    result.rank = 1;
    result.extent[0] = 1;
    result.stride[0] = 0;
  }
  if (result.rank > 1 && result.stride[0] == 0) {
    result.period = 1;
    for (int64_t d = 1; d < result.rank; ++d) result.period *= result.extent[d];
  }
  return result;
}

// `count` adjacent elements, in two copies of a fixed size that may overlap when there are few.
CK_INLINE void copy_adjacent(float *out, const float *in, int64_t count) {
  if (count > 16) {
    memcpy(out, in, (size_t)count * sizeof(float));
  } else if (count >= 8) {
    memcpy(out, in, 8 * sizeof(float));
    memcpy(out + count - 8, in + count - 8, 8 * sizeof(float));
  } else if (count >= 4) {
    memcpy(out, in, 4 * sizeof(float));
    memcpy(out + count - 4, in + count - 4, 4 * sizeof(float));
  } else if (count >= 2) {
    memcpy(out, in, 2 * sizeof(float));
    memcpy(out + count - 2, in + count - 2, 2 * sizeof(float));
  } else {
    out[0] = in[0];
  }
}

// One run along the innermost dimension, exactly `count` elements.
static void run_exactly(float *out, const float *in, int64_t stride, int64_t count) {
  if (stride == 1) {
    copy_adjacent(out, in, count);
  } else if (stride == 0) {
    float value = in[0];
    for (int64_t i = 0; i < count; ++i) out[i] = value;
  } else {
    for (int64_t i = 0; i < count; ++i) out[i] = in[i * stride];
  }
}

// Moves the odometer over all dimensions but the innermost to the next run.
CK_INLINE void advance(const ck_broadcast *broadcast, int64_t *index, int64_t *offset) {
  for (int64_t d = broadcast->rank - 2; d >= 0; --d) {
    *offset += broadcast->stride[d];
    if (d == 0 || ++index[d] < broadcast->extent[d]) return;  // the outermost index never wraps
    index[d] = 0;
    *offset -= broadcast->stride[d] * broadcast->extent[d];
  }
}

// Each of `rows` adjacent values `extent` times.
#define REPEAT_CASE(extent)                                                                 \
  case extent:                                                                              \
    for (int64_t i = 0; i < rows; ++i) {                                                    \
      for (int64_t j = 0; j < (extent); ++j) out[i * (extent) + j] = values[i];             \
    }                                                                                       \
    break;

CK_LEVELS(static, void, repeat_each,
          (float *restrict out, const float *restrict values, int64_t extent, int64_t rows),
          (out, values, extent, rows)) {
  switch (extent) {
    REPEAT_CASE(2)
    REPEAT_CASE(3)
    REPEAT_CASE(4)
  }
}

// Whole runs of a short innermost dimension, from the start of a run; returns the elements written, which the
// caller completes to `count`. A run of one value is written as a whole vector; the next run covers the excess.
CK_LEVELS(static, int64_t, short_runs,
          (float *out, const ck_broadcast *broadcast, int64_t *index, int64_t *offset, int64_t count),
          (out, broadcast, index, offset, count)) {
  int64_t extent = broadcast->extent[broadcast->rank - 1], stride = broadcast->stride[broadcast->rank - 1];
  int64_t done = 0;
  if (stride == 0 && extent <= 4 && broadcast->rank == 2 && broadcast->stride[0] == 1) {
    int64_t rows = count / extent;
    repeat_each(out, broadcast->base + *offset, extent, rows);
    *offset += rows;
    done = rows * extent;
  } else if (stride == 0) {
    for (; done + CK_LANES <= count; done += extent) {
      float value = broadcast->base[*offset];
      for (int64_t i = 0; i < CK_LANES; ++i) out[done + i] = value;
      advance(broadcast, index, offset);
    }
  } else if (stride == 1) {
    for (; done + extent <= count; done += extent) {
      copy_adjacent(out + done, broadcast->base + *offset, extent);
      advance(broadcast, index, offset);
    }
  }
  return done;
}

static void fill_directly(float *out, const ck_broadcast *broadcast, int64_t first, int64_t count) {
  int64_t index[CK_MAXIMUM_RANK];
  int64_t inner = broadcast->rank - 1;
  int64_t offset = 0, quotient = first;
  for (int64_t d = inner; d > 0; --d) {
    index[d] = quotient % broadcast->extent[d];
    quotient /= broadcast->extent[d];
    offset += index[d] * broadcast->stride[d];
  }
  offset += quotient * broadcast->stride[0];
  if (inner == 0) {
    run_exactly(out, broadcast->base + offset, broadcast->stride[0], count);
    return;
  }

  int64_t extent = broadcast->extent[inner], stride = broadcast->stride[inner];
  int64_t position = index[inner];
  offset -= position * stride;
  int64_t done = 0;
  while (done < count) {
    if (position == 0 && extent <= CK_LANES) {
      done += short_runs(out + done, broadcast, index, &offset, count - done);
      if (done >= count) return;
    }
    int64_t length = ck_minimum(extent - position, count - done);
    run_exactly(out + done, broadcast->base + offset + position * stride, stride, length);
    done += length;
    position = 0;
    advance(broadcast, index, &offset);
  }
}

void ck_broadcast_fill(float *out, const ck_broadcast *broadcast, int64_t first, int64_t count) {
  int64_t period = broadcast->period;
  if (period == 0 || period >= count) {
    fill_directly(out, broadcast, first, count);
    return;
  }
  // One period, then copies of everything so far.
  fill_directly(out, broadcast, first, period);
  for (int64_t done = period; done < count;) {
    int64_t length = ck_minimum(done, count - done);
    memcpy(out + done, out, (size_t)length * sizeof(float));
    done += length;
  }
}
