// Checks convolutions and matrix products against plain loops in double, over random shapes, and prints a hash of the
// bits of each result: two machines, or two instruction sets of one, agree when their outputs do.
//
//   check [cases] [seed]
//
// It needs no more than a C library, so that it runs where Swift does not: `make arm64` runs it under qemu.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

static uint64_t state = 1;

static uint64_t next(void) {
  state += 0x9e3779b97f4a7c15u;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static int64_t between(int64_t least, int64_t most) {
  return least + (int64_t)(next() % (uint64_t)(most - least + 1));
}

// Sums of squares of uniform numbers would do: what matters is that no product is special.
static float number(void) { return (float)((double)(next() >> 40) / (1 << 23) - 1); }

static int failures = 0;

static void *allocate(int64_t bytes) {
  void *memory = NULL;
  if (posix_memalign(&memory, 64, (size_t)(bytes < 64 ? 64 : bytes)) != 0) abort();
  return memory;
}

// Floats that are NaN until written, and a guard behind them.
typedef struct array {
  float *at;
  int64_t count;
} array;

#define GUARD 12345.5f

static array make(int64_t count) {
  array a = {allocate((count + 1) * (int64_t)sizeof(float)), count};
  for (int64_t i = 0; i < count; i++) a.at[i] = NAN;
  a.at[count] = GUARD;
  return a;
}

static array random_array(int64_t count) {
  array a = make(count);
  for (int64_t i = 0; i < count; i++) a.at[i] = number();
  return a;
}

static void drop(array a) {
  if (a.at[a.count] != GUARD) {
    printf("FAIL: an array of %lld floats was overrun\n", (long long)a.count);
    failures++;
  }
  free(a.at);
}

static uint64_t hash(array a) {
  uint64_t h = 0xcbf29ce484222325u;
  for (int64_t i = 0; i < a.count; i++) {
    uint32_t bits;
    memcpy(&bits, a.at + i, sizeof bits);
    // All NaNs are one: their signs and payloads differ between machines.
    h = (h ^ (a.at[i] != a.at[i] ? 0x7fc00000u : bits)) * 0x100000001b3u;
  }
  return h;
}

// ---- Sums in double ----------------------------------------------------------------------------

typedef struct exact {
  double *value, *magnitude, *terms;
  int64_t count;
} exact;

static exact make_exact(int64_t count) {
  exact e = {allocate(3 * count * (int64_t)sizeof(double)), NULL, NULL, count};
  e.magnitude = e.value + count;
  e.terms = e.magnitude + count;
  memset(e.value, 0, (size_t)(3 * count) * sizeof *e.value);
  return e;
}

static void add(exact *e, int64_t at, double term) {
  e->value[at] += term;
  e->magnitude[at] += fabs(term);
  e->terms[at] += 1;
}

// Direct sums: n roundings of half a unit in the last place of a partial sum. Winograd: of the root mean square of the
// exact values, which cannot tell a small value's own accuracy (its errors go with its tile's largest).
static void compare(const char *name, array result, const exact *e, bool is_winograd) {
  double worst = 0, squares = 0, errors = 0;
  for (int64_t i = 0; i < e->count; i++) {
    const double error = fabs(result.at[i] - e->value[i]);
    const double bound = 1.001 * e->terms[i] * 0x1p-24 * e->magnitude[i];
    if (!(error <= bound)) worst = fmax(worst, isnan(error) ? INFINITY : error / bound);
    squares += e->value[i] * e->value[i];
    errors += error * error;
  }
  const double relative = squares > 0 ? sqrt(errors / squares) : 0;
  const bool is_wrong = is_winograd ? !(relative <= 3e-6) : worst > 1;
  if (is_wrong) {
    printf("FAIL: %s, error %g of the bound, %g of the root mean square\n", name, worst, relative);
    failures++;
  }
  printf("  %-3s %016llx\n", name, (unsigned long long)hash(result));
  free(e->value);
}

// ---- Convolutions ------------------------------------------------------------------------------

static int64_t pixels_in(const ck_convolution *s) { return s->rows.input * s->columns.input; }
static int64_t pixels_out(const ck_convolution *s) { return s->rows.output * s->columns.output; }

static void convolve_exactly(const ck_convolution *s, int64_t images, array x, array w, array dy, exact *y, exact *dx,
                             exact *dw) {
  const int64_t inputs = s->inputs / s->groups, outputs = s->outputs / s->groups;
  for (int64_t n = 0; n < images; n++)
  for (int64_t i = 0; i < s->rows.output; i++)
  for (int64_t j = 0; j < s->columns.output; j++)
  for (int64_t r = 0; r < s->rows.kernel; r++)
  for (int64_t c = 0; c < s->columns.kernel; c++) {
    const int64_t row = i * s->rows.stride + r * s->rows.dilation - s->rows.padding;
    const int64_t column = j * s->columns.stride + c * s->columns.dilation - s->columns.padding;
    if (row < 0 || row >= s->rows.input || column < 0 || column >= s->columns.input) continue;
    const int64_t from = ((n * s->rows.input + row) * s->columns.input + column) * s->inputs;
    const int64_t to = ((n * s->rows.output + i) * s->columns.output + j) * s->outputs;
    for (int64_t o = 0; o < s->outputs; o++)
    for (int64_t k = 0; k < inputs; k++) {
      const int64_t at = from + o / outputs * inputs + k;
      const int64_t tap = ((o * s->rows.kernel + r) * s->columns.kernel + c) * inputs + k;
      add(y, to + o, (double)x.at[at] * w.at[tap]);
      add(dx, at, (double)dy.at[to + o] * w.at[tap]);
      add(dw, tap, (double)dy.at[to + o] * x.at[at]);
    }
  }
}

static bool same_bits(const float *a, const float *b, int64_t count) {
  return count == 0 || memcmp(a, b, (size_t)count * sizeof *a) == 0;
}

static void expect(bool condition, const char *what) {
  if (condition) return;
  printf("FAIL: %s\n", what);
  failures++;
}

static void check_convolution(const ck_convolution *s, int64_t images) {
  const bool is_winograd = ck_convolution_is_winograd(s);
  const int64_t weights = s->outputs * s->rows.kernel * s->columns.kernel * (s->inputs / s->groups);
  const int64_t of_x = pixels_in(s) * s->inputs, of_y = pixels_out(s) * s->outputs;
  printf("%lld images %lldx%lldx%lld to %lldx%lldx%lld, kernel %lldx%lld, stride %lld %lld, dilation %lld %lld, "
         "padding %lld %lld, groups %lld%s\n",
         (long long)images, (long long)s->rows.input, (long long)s->columns.input, (long long)s->inputs,
         (long long)s->rows.output, (long long)s->columns.output, (long long)s->outputs, (long long)s->rows.kernel,
         (long long)s->columns.kernel, (long long)s->rows.stride, (long long)s->columns.stride,
         (long long)s->rows.dilation, (long long)s->columns.dilation, (long long)s->rows.padding,
         (long long)s->columns.padding, (long long)s->groups, is_winograd ? ", Winograd" : "");
  array x = random_array(images * of_x), w = random_array(weights), dy = random_array(images * of_y);
  array y = make(images * of_y), dx = make(images * of_x), dw = make(weights);
  array sums = make(ck_convolution_sums_size(s));
  array forward = make(ck_convolution_weights_size(s, CK_CONVOLUTION_FORWARD));
  array backward = make(ck_convolution_weights_size(s, CK_CONVOLUTION_INPUT_GRADIENT));
  array preparing = make(ck_convolution_weights_scratch(s)), scratch = make(ck_convolution_scratch(s, images));
  ck_convolution_weights(forward.at, w.at, s, CK_CONVOLUTION_FORWARD, preparing.at);
  ck_convolution_weights(backward.at, w.at, s, CK_CONVOLUTION_INPUT_GRADIENT, preparing.at);
  ck_convolution_forward(y.at, x.at, forward.at, s, images, scratch.at);
  ck_convolution_input_gradient(dx.at, dy.at, backward.at, s, images, scratch.at);
  ck_convolution_sums(sums.at, x.at, dy.at, s, images, false, scratch.at);
  ck_convolution_weight_gradient(dw.at, sums.at, s, false);
  exact of_result = make_exact(y.count), of_input = make_exact(dx.count), of_weights = make_exact(dw.count);
  convolve_exactly(s, images, x, w, dy, &of_result, &of_input, &of_weights);
  compare("y", y, &of_result, is_winograd);
  compare("dx", dx, &of_input, is_winograd);
  compare("dw", dw, &of_weights, is_winograd);

  // One image a call, and as many as keep the bits of sums.
  for (int64_t more = images; more < images + 40; more++) {
    expect(ck_convolution_scratch(s, more) <= ck_convolution_scratch(s, more + 1), "scratch grows with images");
  }
  array again = make(images * (of_x > of_y ? of_x : of_y));
  for (int64_t n = 0; n < images; n++) {
    ck_convolution_forward(again.at + n * of_y, x.at + n * of_x, forward.at, s, 1, scratch.at);
  }
  expect(same_bits(again.at, y.at, y.count), "y in calls of one image");
  for (int64_t n = 0; n < images; n++) {
    ck_convolution_input_gradient(again.at + n * of_x, dy.at + n * of_y, backward.at, s, 1, scratch.at);
  }
  expect(same_bits(again.at, dx.at, dx.count), "dx in calls of one image");
  array parts = make(sums.count);
  const int64_t step = ck_convolution_sums_images(s);
  for (int64_t n = 0; n < images; n += step) {
    const int64_t count = images - n < step ? images - n : step;
    ck_convolution_sums(parts.at, x.at + n * of_x, dy.at + n * of_y, s, count, n > 0, scratch.at);
  }
  expect(images == 0 || same_bits(parts.at, sums.at, sums.count), "sums in calls of some images");

  // What is not finite goes where direct sums take it, and nowhere else.
  if (images > 0 && of_x > 0) {
    x.at[next() % (uint64_t)of_x] = next() % 2 == 0 ? INFINITY : NAN;
    ck_convolution direct = *s;
    direct.method = CK_CONVOLUTION_PRODUCTS;
    array prepared = make(ck_convolution_weights_size(&direct, CK_CONVOLUTION_FORWARD)), by_products = make(y.count);
    array sums_by_products = make(sums.count);
    ck_convolution_weights(prepared.at, w.at, &direct, CK_CONVOLUTION_FORWARD, preparing.at);
    ck_convolution_forward(by_products.at, x.at, prepared.at, &direct, images, scratch.at);
    ck_convolution_forward(again.at, x.at, forward.at, s, images, scratch.at);
    ck_convolution_sums(sums.at, x.at, dy.at, s, images, false, scratch.at);
    ck_convolution_sums(sums_by_products.at, x.at, dy.at, &direct, images, false, scratch.at);
    bool agree = true;
    for (int64_t i = 0; i < y.count; i++) agree &= isfinite(again.at[i]) == isfinite(by_products.at[i]);
    for (int64_t i = 0; i < sums.count; i++) agree &= isfinite(sums.at[i]) == isfinite(sums_by_products.at[i]);
    expect(agree, "what is not finite is where direct sums have it");
    expect(same_bits(again.at + of_y, y.at + of_y, (images - 1) * of_y), "other images keep their bits");
    again.count = y.count;
    printf("  inf %016llx\n", (unsigned long long)hash(again));
    again.count = images * (of_x > of_y ? of_x : of_y);
    drop(prepared), drop(by_products), drop(sums_by_products);
  }
  drop(x), drop(w), drop(dy), drop(y), drop(dx), drop(dw), drop(sums), drop(forward), drop(backward);
  drop(preparing), drop(scratch), drop(again), drop(parts);
}

static ck_convolution_axis random_axis(int64_t most_kernel, bool is_plain) {
  ck_convolution_axis axis;
  do {
    axis.input = between(1, 14);
    axis.kernel = between(1, most_kernel);
    axis.stride = is_plain ? 1 : between(1, 4);
    axis.dilation = is_plain ? 1 : between(1, 3);
    axis.padding = between(0, is_plain ? axis.kernel / 2 : axis.kernel + 1);
    const int64_t behind = between(0, axis.kernel + 1);
    const int64_t room = axis.input + axis.padding + behind - (axis.kernel - 1) * axis.dilation - 1;
    axis.output = room < 0 ? 0 : room / axis.stride + 1;
  } while (axis.output < 1);
  return axis;
}

static ck_convolution random_convolution(void) {
  ck_convolution s = {.groups = 1, .method = CK_CONVOLUTION_FASTEST};
  switch (next() % 4) {
    case 0:  // Winograd's
      s.rows = random_axis(5, true);
      s.columns = random_axis(5, true);
      s.rows.kernel = s.columns.kernel = next() % 2 == 0 ? 3 : 5;
      s.rows.output = s.rows.input + between(-1, 2), s.columns.output = s.columns.input + between(-1, 2);
      if (s.rows.output < 1) s.rows.output = 1;
      if (s.columns.output < 1) s.columns.output = 1;
      s.inputs = between(16, 80), s.outputs = between(16, 80);
      if (next() % 6 == 0) {  // small patches
        s.rows.kernel = s.columns.kernel = 3;
        s.rows.output = s.rows.input = between(2, 6), s.columns.output = s.columns.input = between(2, 6);
        s.rows.padding = s.columns.padding = 1;
        s.inputs = between(360, 400), s.outputs = between(365, 380);
      }
      return s;
    case 1:  // groups
      s.groups = between(1, 6);
      s.inputs = s.groups * between(1, 9), s.outputs = s.groups * between(1, 9);
      break;
    case 2:  // depthwise
      s.groups = s.inputs = s.outputs = between(1, 40);
      break;
    default:
      s.inputs = next() % 2 == 0 ? between(1, 6) : between(1, 70);
      s.outputs = next() % 2 == 0 ? between(1, 6) : between(1, 70);
  }
  s.rows = random_axis(5, false);
  s.columns = random_axis(5, false);
  return s;
}

// ---- Products ----------------------------------------------------------------------------------

static void check_product(void) {
  const int64_t m = between(1, 70), n = between(1, 110), k = next() % 8 == 0 ? between(250, 600) : between(1, 60);
  const bool transposes_a = next() % 2 == 0, transposes_b = next() % 2 == 0;
  array a = random_array(m * k), b = random_array(k * n), c = make(m * n), packed = make(ck_packed_size(k, n));
  ck_pack(packed.at, b.at, k, n, transposes_b ? 1 : n, transposes_b ? k : 1);
  ck_matmul_packed(c.at, n, a.at, transposes_a ? 1 : k, transposes_a ? m : 1, packed.at, m, n, k, false);
  exact e = make_exact(m * n);
  for (int64_t i = 0; i < m; i++)
  for (int64_t j = 0; j < n; j++)
  for (int64_t p = 0; p < k; p++) {
    add(&e, i * n + j, (double)a.at[transposes_a ? p * m + i : i * k + p] * b.at[transposes_b ? j * k + p : p * n + j]);
  }
  printf("product %lldx%lldx%lld%s%s\n", (long long)m, (long long)n, (long long)k,
         transposes_a ? ", left transposed" : "", transposes_b ? ", right transposed" : "");
  compare("c", c, &e, false);
  drop(a), drop(b), drop(c), drop(packed);
}

// ---- Everything else: bits alone ---------------------------------------------------------------

static void report(const char *name, array a) {
  printf("%s %016llx\n", name, (unsigned long long)hash(a));
  drop(a);
}

// All opcodes over numbers of every kind.
static void check_elementwise(void) {
  static const float special[] = {0.0f, -0.0f, 1, -1, 0.5f, 2, 3, -3, 1e-40f, -1e-40f, 1e-30f, 1e30f, 88.7f, -103.9f,
                                  16777216, 1e9f, 3e38f, -3e38f, INFINITY, -INFINITY, NAN};
  const int64_t kinds = sizeof special / sizeof *special, count = kinds * kinds + 1000;
  array a = make(count), b = make(count), c = make(count);
  for (int64_t i = 0; i < count; i++) {
    a.at[i] = i < kinds * kinds ? special[i / kinds] : number() * 20;
    b.at[i] = i < kinds * kinds ? special[i % kinds] : number() * 20;
    c.at[i] = number();
  }
  for (ck_opcode opcode = 0; opcode < CK_OPCODE_COUNT; opcode++) {
    array out = make(count);
    ck_elementwise(opcode, out.at, a.at, b.at, c.at, count);
    char name[32];
    snprintf(name, sizeof name, "opcode %d", (int)opcode);
    report(name, out);
  }
  drop(a), drop(b), drop(c);
}

static void check_others(void) {
  array uniform = make(5003), normal = make(5003);
  const ck_random random = {{123, 456}, 7, 8};
  ck_random_uniform(uniform.at, random, 37, uniform.count);
  ck_random_normal(normal.at, random, 37, normal.count);
  report("uniform", uniform);
  for (int64_t columns = 1; columns < 300; columns += columns < 20 ? 1 : 37) {
    const int64_t rows = 4000 / columns;
    array sums = make(rows), largest = make(rows), down = make(columns), up = make(columns);
    ck_sum_columns(sums.at, normal.at, rows, columns);
    ck_maximum_columns(largest.at, normal.at, rows, columns);
    ck_sum_rows(down.at, normal.at, rows, columns, columns, false);
    ck_maximum_rows(up.at, normal.at, rows, columns, columns, false);
    report("sum of columns", sums), report("maximum of columns", largest);
    report("sum of rows", down), report("maximum of rows", up);
  }
  array pooled = make(2 * 3 * 4 * 5), enlarged = make(2 * 9 * 12 * 5);
  ck_downsample(pooled.at, normal.at, 2, 9, 12, 5, 3, 0.1f);
  ck_upsample(enlarged.at, normal.at, 2, 9, 12, 5, 3, 0.1f);
  report("downsample", pooled), report("upsample", enlarged);
  report("normal", normal);
}

int main(int count, char **arguments) {
  const int64_t cases = count > 1 ? atoll(arguments[1]) : 200;
  state = count > 2 ? (uint64_t)atoll(arguments[2]) : 1;
  for (int64_t i = 0; i < cases; i++) {
    const ck_convolution shape = random_convolution();
    check_convolution(&shape, between(1, 4));
    check_product();
  }
  check_elementwise();
  check_others();
  fprintf(stderr, "%s: %d failures\n", ck_instructions_name(), failures);
  printf("%d failures\n", failures);
  return failures == 0 ? 0 : 1;
}
