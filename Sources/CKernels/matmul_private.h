// What the files of the matrix product share: the shape of a packed panel, and the table of kernels that one
// instruction set provides.
//
// Every path computes an element of C by the same operations: a chain of fused multiply-adds over p = 0 ..< k, starting
// from zero or from C's value. Blocks of k store the chain's value in C and load it again, which rounds nothing. So
// tiles, edges, packing and the instruction set do not change a bit.
#ifndef CK_MATMUL_PRIVATE_H
#define CK_MATMUL_PRIVATE_H

#include "dispatch.h"
#include "include/CKernels.h"

// Columns of a packed panel. Panels follow each other; within one, the columns of a row are adjacent. The last panel is
// 16 wide when that is enough; its columns past n may hold any numbers. A B of at most CK_NARROW_COLUMNS columns is
// packed as it is, row-major without gaps.
#define CK_PANEL 32
#define CK_HALF_PANEL 16
// Rows of B in a block: a panel's block (32 KiB) streams through L1 beside a tile of A.
#define CK_DEPTH 256
// Columns of B in a block: with CK_DEPTH rows 512 KiB, half of L2.
#define CK_BLOCK_COLUMNS 512
// The most rows of a tile, and the most columns that the narrow kernels take.
#define CK_MAXIMUM_TILE_ROWS 14
#define CK_NARROW_COLUMNS 8

// Before a loop over registers: its arrays become registers only when nothing is left of the loop.
#define CK_UNROLL _Pragma("clang loop unroll(full)")

// How A lies in memory: the elements of a row adjacent, or those of a column.
typedef enum ck_layout { CK_ROWS_ADJACENT_IN_DEPTH, CK_ROWS_ADJACENT } ck_layout;

// One tile: `columns` columns of C (at most those the kernel is made for) over `depth` terms. `a_stride` is the
// stride of A's rows or, for CK_ROWS_ADJACENT, of its columns. Vector v of row p of B is at
// b + p * b_stride + (v / 2) * b_pair_stride + (v % 2) * lanes, readable in full.
typedef void ck_tile(float *c, int64_t c_stride, const float *a, int64_t a_stride, const float *b, int64_t b_stride,
                     int64_t b_pair_stride, int64_t columns, int64_t depth, bool accumulate);

// All of C for a B of few columns; `a_stride` as for a tile.
typedef void ck_narrow(float *c, int64_t c_stride, const float *a, int64_t a_stride, const float *b, int64_t b_stride,
                       int64_t m, int64_t depth, bool accumulate);

typedef struct ck_matmul_kernels {
  int64_t lanes;
  int64_t tile_rows;
  // tiles[layout][rows - 1][vectors - 1]: one or two vectors of columns
  ck_tile *tiles[2][CK_MAXIMUM_TILE_ROWS][2];
  // wide_tiles[layout][rows - 1]: four vectors of columns, for tiles of so few rows that two would leave
  // the multipliers waiting for their own results
  ck_tile *wide_tiles[2][3];
  // narrow[layout][n - 1]
  ck_narrow *narrow[2][CK_NARROW_COLUMNS];
  // out[r, j] = in[r, j] for j in 0 ..< columns, and for the rest of the last vector any numbers.
  void (*copy)(float *out, int64_t out_stride, const float *in, int64_t in_stride, int64_t rows, int64_t columns);
  // out[p, i] = in[i, p] for i in 0 ..< rows, and for the rest of the last vector any numbers; p in 0 ..< depth.
  void (*transpose)(float *out, int64_t out_stride, const float *in, int64_t in_stride, int64_t rows, int64_t depth);
} ck_matmul_kernels;

#if defined(__x86_64__)
extern const ck_matmul_kernels ck_matmul_avx512;
extern const ck_matmul_kernels ck_matmul_avx2;
#endif
// Vectors of four floats: NEON, and any other machine.
extern const ck_matmul_kernels ck_matmul_plain;

// The kernels for this machine.
const ck_matmul_kernels *ck_matmul_kernels_here(void);

// B as a product reads it: row-major with a row stride, or packed.
typedef struct ck_right_side {
  const float *elements;
  int64_t row_stride;  // unused when packed
  bool packed;
} ck_right_side;

// The product by the given kernels; m, n and k at least 1.
void ck_matmul_by(const ck_matmul_kernels *kernels, float *c, int64_t c_stride, const float *a, int64_t a_row_stride,
                  int64_t a_column_stride, ck_right_side b, int64_t m, int64_t n, int64_t k, bool accumulate);

// ---- Parts of a product, for those who make A or B as they go ------------------------------------

// A block of B: column j of row p at elements[(j / CK_PANEL) * panel_stride + p * row_stride + j % CK_PANEL].
typedef struct ck_block {
  const float *elements;
  int64_t row_stride;
  int64_t panel_stride;
} ck_block;

// A tile's rows of A, at most `tile_rows`; `stride` as for a tile.
typedef struct ck_tile_side {
  const float *elements;
  int64_t stride;
  ck_layout layout;
  int64_t rows;
} ck_tile_side;

// One tile's rows of C, all columns of a block.
void ck_multiply_row_tile(const ck_matmul_kernels *kernels, float *c, int64_t c_stride, ck_tile_side a,
                          const ck_block *b, int64_t columns, int64_t depth, bool accumulate);

// What part of a packed B of [k, n] is meant: rows first ..< first + depth, columns column ..< column + columns.
// Columns are whole panels, or halves where B is packed; all of them when n is at most CK_NARROW_COLUMNS.
typedef struct ck_packed_part {
  int64_t k, n;
  int64_t first, depth;
  int64_t column, columns;
} ck_packed_part;

// One tile's rows of C, at the part's first column; any number of rows when n is at most CK_NARROW_COLUMNS.
void ck_multiply_row_tile_packed(const ck_matmul_kernels *kernels, float *c, int64_t c_stride, ck_tile_side a,
                                 const float *packed, ck_packed_part part, bool accumulate);

// ck_pack by the given kernels, for a part alone, whose first element is at `b`.
void ck_pack_part(const ck_matmul_kernels *kernels, float *packed, ck_packed_part part, const float *b,
                  int64_t row_stride, int64_t column_stride);

// The width of the packed panel that starts with `columns` columns left.
CK_INLINE int64_t ck_panel_width(int64_t columns) { return columns > CK_HALF_PANEL ? CK_PANEL : CK_HALF_PANEL; }

#endif
