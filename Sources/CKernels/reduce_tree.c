// Sums and maxima over rows as a binary tree: rows [0, n) are halves [0, h) and [h, n), h the largest power of two
// below n, combined in this order. So any aligned block of rows is a subtree, whoever computes it: threads, or processes
// that exchange the sums of their own blocks alone.
#include "CKernels.h"
#include "vector_math.h"

#pragma STDC FP_CONTRACT OFF

CK_INLINE float add(float a, float b) { return a + b; }

// A NaN operand gives NaN.
CK_INLINE float larger(float a, float b) { return ((a > b) | (a != a)) ? a : b; }

// Columns at a time, whose blocks stay in the first-level cache.
#define WIDTH 256
// Blocks that wait for their other halves: one of each power of two that a number of rows can hold.
#define LEVELS 32

// Pairs of rows come first. A stack holds finished blocks, larger ones below; equal neighbours become one.
#define DEFINE_TREE(name, combine)                                                                          \
  CK_LEVELS(static, void, name,                                                                             \
            (float *restrict out, const float *restrict x, int64_t rows, int64_t columns, int64_t row_stride), \
            (out, x, rows, columns, row_stride)) {                                                          \
    float blocks[LEVELS][WIDTH];                                                                            \
    for (int64_t first = 0; first < columns; first += WIDTH) {                                              \
      int64_t width = ck_minimum(WIDTH, columns - first);                                                   \
      int64_t depth = 0;                                                                                    \
      for (int64_t pair = 0; 2 * pair < rows; ++pair) {                                                     \
        const float *row = x + 2 * pair * row_stride + first;                                               \
        if (2 * pair + 1 < rows) {                                                                          \
          for (int64_t j = 0; j < width; ++j) blocks[depth][j] = combine(row[j], row[row_stride + j]);      \
        } else {                                                                                            \
          memcpy(blocks[depth], row, (size_t)width * sizeof(float));                                        \
        }                                                                                                   \
        ++depth;                                                                                            \
        bool is_last = 2 * pair + 2 >= rows;                                                                \
        for (int64_t rest = pair + 1; depth > 1 && (is_last || rest % 2 == 0); rest /= 2) {                 \
          --depth;                                                                                          \
          for (int64_t j = 0; j < width; ++j) {                                                             \
            blocks[depth - 1][j] = combine(blocks[depth - 1][j], blocks[depth][j]);                         \
          }                                                                                                 \
        }                                                                                                   \
      }                                                                                                     \
      memcpy(out + first, blocks[0], (size_t)width * sizeof(float));                                        \
    }                                                                                                       \
  }

DEFINE_TREE(sum_tree, add)
DEFINE_TREE(maximum_tree, larger)

void ck_sum_tree(float *out, const float *x, int64_t rows, int64_t columns, int64_t row_stride) {
  sum_tree(out, x, rows, columns, row_stride);
}

void ck_maximum_tree(float *out, const float *x, int64_t rows, int64_t columns, int64_t row_stride) {
  maximum_tree(out, x, rows, columns, row_stride);
}
