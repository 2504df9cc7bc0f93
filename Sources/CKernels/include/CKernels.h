// Numeric kernels behind TensorRuntime. Plain C11, no dependencies but libm and pthreads.
//
// Conventions: arrays are row-major float32; sizes are int64_t elements, never bytes; an output never
// overlaps an input unless a comment says that it may. Every kernel gives the same bits however its
// index range is cut into calls, as long as the cuts fall where its comment allows.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdbool.h>
#include <stdint.h>

#include "row_operations.h"
// ---- Instructions (instructions.c) --------------------------------------------------------------

// Kernels use the widest vectors of the machine, or those that the environment variable EBM_SIMD names when the program
// starts: avx512, avx2 or baseline. All give the same bits.
const char *ck_instructions_name(void);
// Takes others, for tests: before any kernel runs. False, and nothing changes, for a name that this machine lacks.
bool ck_use_instructions(const char *name);

// ---- Strips: fused elementwise programs (strip.c, elementwise.c) -------------------------------

// Longest run of elements that one instruction processes: 4 KiB, so that a dozen registers stay in L1.
#define CK_STRIP 1024
#define CK_MAXIMUM_RANK 6
#define CK_MAXIMUM_REGISTERS 64

// Opcodes of elementwise instructions. Comparisons give 0 or 1; select(a, b, c) is b where a != 0, else c.
// A NaN operand gives NaN, minimum, maximum and power included; but comparisons with NaN are 0, and select tests
// its first operand only (NaN != 0). Accuracies are listed in elementwise.c.
typedef enum ck_opcode {
  // one operand
  CK_COPY, CK_NEGATE, CK_ABS, CK_SIGN, CK_FLOOR, CK_SQUARE, CK_RECIPROCAL, CK_SQRT, CK_RSQRT,
  CK_EXP, CK_EXPM1, CK_LOG, CK_LOG1P, CK_SIN, CK_COS, CK_TAN, CK_ATAN, CK_TANH, CK_SIGMOID, CK_SOFTPLUS,
  // two operands
  CK_ADD, CK_SUBTRACT, CK_MULTIPLY, CK_DIVIDE, CK_POWER, CK_MINIMUM, CK_MAXIMUM,
  CK_LESS, CK_LESS_EQUAL, CK_EQUAL,
  CK_SIGMOID_SLOPE, CK_TANH_SLOPE,  // derivatives of sigmoid and tanh at a, b being their value there
  // three operands
  CK_SELECT, CK_MULTIPLY_ADD,  // a * b + c
  CK_OPCODE_COUNT
} ck_opcode;

typedef struct ck_instruction {
  uint16_t opcode;
  uint16_t destination;  // a register
  uint16_t operands[3];  // registers; unused ones are 0
} ck_instruction;

// How a register gets its memory while a strip program walks the linear index space of its output.
typedef enum ck_register_kind {
  CK_SCRATCH,     // a temporary: lives in the scratch area
  CK_CONTIGUOUS,  // memory laid out like the index space: element i at base[i]; an input or an output
  CK_SPLAT,       // one element, base[0], for all indices
  CK_BROADCAST,   // element at base[sum of index[d] * stride[d]], index being the multi-index over extent[]
  CK_UNIFORM,     // random numbers, drawn into the scratch area strip by strip; a base, where there is one, is a
  CK_NORMAL,      // counter of iterations
} ck_register_kind;

typedef struct ck_register {
  int32_t kind;
  int32_t rank;                            // CK_BROADCAST alone: dimensions, outermost first, at least 1
  int64_t extent[CK_MAXIMUM_RANK];         // their product is the size of the index space of one row-block
  int64_t stride[CK_MAXIMUM_RANK];         // in elements, 0 where broadcast
  int64_t row_elements;                    // CK_UNIFORM and CK_NORMAL alone: random numbers of a row of the batch
  uint32_t stream;                         // the same
} ck_register;

// What random registers draw with: the run's key, and the row of the batch at which the index space begins.
typedef struct ck_random_origin {
  uint32_t key[2];
  int64_t row;
} ck_random_origin;

// Runs `instructions` over linear indices [first, first + count), strip by strip.
// registers[r] describes register r, bases[r] its memory (ignored for CK_SCRATCH); for CK_CONTIGUOUS,
// bases[r] is element 0 of the index space. `scratch` holds register_count * CK_STRIP floats, 64-byte aligned.
// A destination may be CK_SCRATCH or CK_CONTIGUOUS. It may be the same memory as a contiguous operand in another
// register, which no later instruction may then read. Past its extents a broadcast's outermost index just goes on.
// An element's bits depend on its operands alone: not on first, count, or the machine.
void ck_strip_run(const ck_instruction *instructions, int64_t instruction_count, const ck_register *registers,
                  float *const *bases, int64_t register_count, ck_random_origin origin, int64_t first, int64_t count,
                  float *scratch);

// One instruction over plain arrays, for tests and for tables of accuracy; strips are cut inside.
void ck_elementwise(ck_opcode opcode, float *out, const float *a, const float *b, const float *c, int64_t count);

// ---- Random numbers (philox.c): Philox 4x32-10, Salmon et al. 2011 -----------------------------

void ck_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

// Element i of an array is word i % 64 / 16 of the block with the number i / 64 * 16 + i % 16, whose counter is (number
// in two words, iteration, stream), under this key: each word of 16 blocks makes 16 elements.
// Fills elements [first, first + count); out[0] is element `first`. Starts at multiples of 64 are a little faster.
// Uniform: u = word / 2^32 + 1 / 2^33 in float arithmetic, in (0, 1), never 0 or 1.
// Normal: Box-Muller on words (0,1) and (2,3) of a block: r = sqrt(-2 ln u_0), angle 2 pi u_1, (r cos, r sin).
// The counter has the lower 32 bits of the iteration. Its upper bits, mixed by a bijection of 64 bits that keeps 0, are
// added to the key without carry: under one key no two iterations share a block, whatever their number.
typedef struct ck_random {
  uint32_t key[2];
  uint32_t stream;
  uint64_t iteration;
} ck_random;
void ck_random_uniform(float *out, ck_random random, int64_t first, int64_t count);
void ck_random_normal(float *out, ck_random random, int64_t first, int64_t count);

// A counter: a number of iterations from 0 to 2^63 - 1 in CK_COUNTER_DIGITS floats of 24 bits each, lowest first, so
// that each is exact.
#define CK_COUNTER_DIGITS 3
int64_t ck_counter_value(const float *counter);
void ck_counter_set(float *counter, int64_t value);

// ---- Reductions (reduce.c) ---------------------------------------------------------------------

// out[i] = reduction over j of x[i * columns + j]. The order of additions depends on `columns` alone.
void ck_sum_columns(float *out, const float *x, int64_t rows, int64_t columns);
void ck_maximum_columns(float *out, const float *x, int64_t rows, int64_t columns);
// out[j] = (accumulate ? out[j] : the reduction's identity) combined with x[i * stride + j] over i, in order of i.
void ck_sum_rows(float *out, const float *x, int64_t rows, int64_t columns, int64_t stride, bool accumulate);
void ck_maximum_rows(float *out, const float *x, int64_t rows, int64_t columns, int64_t stride, bool accumulate);
// out[j] = x[i * row_stride + j] combined over i, as a binary tree whose halves are cut at powers of two (reduce_tree.c).
// At least one row and fewer than 2^31; `out` may not overlap `x`.
void ck_sum_tree(float *out, const float *x, int64_t rows, int64_t columns, int64_t row_stride);
void ck_maximum_tree(float *out, const float *x, int64_t rows, int64_t columns, int64_t row_stride);

// ---- Moving data (move.c) ----------------------------------------------------------------------

// out[sum i_d * out_stride[d]] = in[sum i_d * in_stride[d]] over all multi-indices of extent[0..<rank], rank at most
// CK_MAXIMUM_RANK; rank 0 copies one element. Strides may be negative; outputs are distinct elements.
void ck_copy_strided(float *out, const float *in, int64_t rank, const int64_t *extent, const int64_t *out_stride,
                     const int64_t *in_stride);
// out[i, :] = table[index[i], :]; an index outside [0, table_rows), or NaN, gives NaN rows (never reads outside).
// A fraction of an index is cut off.
void ck_gather_rows(float *out, const float *table, const float *index, int64_t table_rows, int64_t rows,
                    int64_t columns);
// table[index[i], :] += x[i, :], in order of i; an index outside is skipped and counted in the result.
int64_t ck_scatter_add_rows(float *table, const float *x, const float *index, int64_t table_rows, int64_t rows,
                            int64_t columns);

// Row `index` of each of `batch` tables [rows, columns], or zeros when there is none; a fraction is cut off.
void ck_read_row(float *out, const float *x, float index, int64_t batch, int64_t rows, int64_t columns);
// x with that row of each table replaced by row [batch, columns]; `out` may be x, and the rest is then left alone.
void ck_write_row(float *out, const float *x, const float *row, float index, int64_t batch, int64_t rows,
                  int64_t columns);

// ---- Looking for trouble (finite.c, compiled without relaxed floating point) --------------------

// The first index whose element is a NaN or infinite, or -1.
int64_t ck_first_nonfinite(const float *x, int64_t count);

// ---- Matrix products (matmul.c) ----------------------------------------------------------------

// Floats that a packed right-hand side of [k, n] takes.
int64_t ck_packed_size(int64_t k, int64_t n);
// Packs B, [k, n] with B[p, j] at b[p * row_stride + j * column_stride], for ck_matmul_packed.
void ck_pack(float *packed, const float *b, int64_t k, int64_t n, int64_t row_stride, int64_t column_stride);
// C[m, n] = A[m, k] B[k, n] (+ C when accumulate). A[i, p] at a[i * a_row_stride + p * a_column_stride];
// C row-major with row stride c_stride. Each element's sum runs over p in order in one fused chain (starting
// from C's value when accumulating, or in blocks of a size that depends on k alone), whatever m and n are,
// so a product cut into rows gives the same bits.
void ck_matmul_packed(float *c, int64_t c_stride, const float *a, int64_t a_row_stride, int64_t a_column_stride,
                      const float *packed, int64_t m, int64_t n, int64_t k, bool accumulate);
// The same with B row-major and not packed: b_stride is its row stride, its rows are contiguous.
void ck_matmul(float *c, int64_t c_stride, const float *a, int64_t a_row_stride, int64_t a_column_stride,
               const float *b, int64_t b_stride, int64_t m, int64_t n, int64_t k, bool accumulate);
// Whether these are as fast as BLAS at least: not on machines without vectors that multiply and add at once.
bool ck_matmul_is_fast(void);

// ---- Threads (pool.c) --------------------------------------------------------------------------

// A fixed team of worker threads. ck_pool_run calls body(context, task, worker) once for each task in
// [0, tasks), from the caller and at most `workers - 1` team members at once, and returns when all are done;
// worker numbers are in [0, workers). Tasks are taken in order. It may be called from several threads and from
// inside a body: a call that finds the team busy runs its tasks on its own thread as worker 0.
typedef struct ck_pool ck_pool;
ck_pool *ck_pool_create(int64_t threads);  // threads - 1 are started; NULL when that fails
void ck_pool_destroy(ck_pool *pool);
void ck_pool_run(ck_pool *pool, int64_t tasks, int64_t workers,
                 void (*body)(void *context, int64_t task, int64_t worker), void *context);

// ---- Convolution (convolution.c, winograd.c, convolution_products.c) ----------------------------

// Images are NHWC, weights w [outputs, kernel_height, kernel_width, inputs / groups]:
//   y[n, i, j, o] = sum of x[n, i * stride + r * dilation - padding, j * stride + s * dilation - padding, c(o) + c]
//                   * w[o, r, s, c]
// over r, s, c, with the axis's own stride, dilation and padding, x zero outside its image, and c(o) the first input of
// o's group. A call works on any number of images on the calling thread; each image's y and dx have the same bits
// however images are cut into calls. Sizes are in floats; scratch is 64-byte aligned.
//
// Convolutions of 3x3 and 5x5 taps with strides and dilations of 1, one group and at least 16 channels on both sides
// run by Winograd's F(4x4, 3x3) and F(2x2, 5x5), or F(2x2, 3x3) for many weights and small images, the rest as products
// over patches. Calls of as many tiles (of 4x4 or 2x2 pixels) as inputs * outputs / (inputs + outputs), and of 28 at
// least, make the best of the transformed weights.
// Root mean squares of the error over that of the exact result, for standard normal x, w and dy, one image of 16 x 16
// (the largest error of all elements is 7 to 12 times as much; activations after a ReLU give a fifth less):
//   channels in and out        16       32       64       128      256
//   y and dx, 3x3, Winograd    4.8e-7   6.2e-7   7.8e-7   1.1e-6   1.5e-6
//             3x3, products    2.1e-7   2.9e-7   4.2e-7   6.0e-7   8.4e-7
//             5x5, Winograd    5.9e-7   6.7e-7   9.0e-7   1.2e-6   1.7e-6
//             5x5, products    3.4e-7   4.8e-7   6.8e-7   9.5e-7   1.4e-6
//   dw, 3x3: Winograd 5.0e-7, products 2.8e-7; with 1,024 pixels 8.0e-7 and 5.5e-7
//   dw, 5x5: Winograd 8.8e-7, products 2.7e-7; with 1,024 pixels 1.2e-6 and 5.5e-7
// Winograd's errors go with the largest numbers of a patch of 6x6 pixels, not with each result's own terms: one value
// of 1e6 in an image of 16 x 16 x 32 normal values of deviation 1e-3 leaves the results around it that it is no term
// of, up to three pixels away, an error of 291 % of their size for 3x3, and 7 % of all such results are off by over
// 1e-4. Products keep them. An image whose result is not finite anywhere is computed again by products, and so are
// sums of images whose numbers reach 2^50: what is not finite is where products have it.
typedef enum ck_convolution_method {
  CK_CONVOLUTION_FASTEST,   // Winograd where it applies and pays
  CK_CONVOLUTION_PRODUCTS,  // always products
} ck_convolution_method;

// Sizes along one axis. Padding behind the image follows from the size of the output; an output may need more or less
// of the image than there is.
typedef struct ck_convolution_axis {
  int64_t input, output, kernel;      // pixels of x, of y, and taps; each at least 1
  int64_t stride, dilation, padding;  // of neighbouring outputs, of neighbouring taps, before the image
} ck_convolution_axis;

typedef struct ck_convolution {
  ck_convolution_axis rows, columns;
  int64_t inputs, outputs;  // channels of x and of y
  int64_t groups;           // output group g sees input group g alone; divides both
  ck_convolution_method method;
} ck_convolution;

typedef enum ck_convolution_use { CK_CONVOLUTION_FORWARD, CK_CONVOLUTION_INPUT_GRADIENT } ck_convolution_use;

bool ck_convolution_is_winograd(const ck_convolution *shape);

// Weights in the form that one use needs: transformed, turned, packed. Once for any number of calls.
int64_t ck_convolution_weights_size(const ck_convolution *shape, ck_convolution_use use);
int64_t ck_convolution_weights_scratch(const ck_convolution *shape);
void ck_convolution_weights(float *prepared, const float *w, const ck_convolution *shape, ck_convolution_use use,
                            float *scratch);

// Scratch of one call of any of the next three functions; not less for more images.
int64_t ck_convolution_scratch(const ck_convolution *shape, int64_t images);
// `prepared` for CK_CONVOLUTION_FORWARD.
void ck_convolution_forward(float *y, const float *x, const float *prepared, const ck_convolution *shape,
                            int64_t images, float *scratch);
// The adjoint in x, which is also the transposed convolution; `prepared` for CK_CONVOLUTION_INPUT_GRADIENT.
void ck_convolution_input_gradient(float *dx, const float *dy, const float *prepared, const ck_convolution *shape,
                                   int64_t images, float *scratch);

// The adjoint in w has two steps. Sums collect it over images, in an array of the weights' size; they add up over
// calls and, as plain arrays, over threads. Calls give the same bits as one call with all images in that order if each
// of them but the last has a multiple of ck_convolution_sums_images.
int64_t ck_convolution_sums_size(const ck_convolution *shape);
int64_t ck_convolution_sums_images(const ck_convolution *shape);
void ck_convolution_sums(float *sums, const float *x, const float *dy, const ck_convolution *shape, int64_t images,
                         bool accumulate, float *scratch);
// dw (+)= the gradient that the sums stand for.
void ck_convolution_weight_gradient(float *dw, const float *sums, const ck_convolution *shape, bool accumulate);

// ---- Resampling (resampling.c) -----------------------------------------------------------------

// Both for large images [images, height, width, channels] and small ones [images, height / factor, width / factor,
// channels]; large pixels past the last whole window count for nothing.
// out[small] = scale * the sum of its factor x factor window: average pooling when scale is 1 / factor^2, the adjoint
// of nearest upsampling when it is 1.
void ck_downsample(float *out, const float *x, int64_t images, int64_t height, int64_t width, int64_t channels,
                   int64_t factor, float scale);
// out[large] = scale * x[small]: nearest upsampling, or the adjoint of average pooling.
void ck_upsample(float *out, const float *x, int64_t images, int64_t height, int64_t width, int64_t channels,
                 int64_t factor, float scale);

#endif
