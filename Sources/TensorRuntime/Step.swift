internal import CKernels

/// How many elements or rows a step handles: so many for each row of the tile, or a fixed number.
struct Extent: Equatable, BitwiseCopyable {
  var perRow = 0
  var fixed = 0

  func count(rows: Int) -> Int { rows * perRow + fixed }

  static func fixed(_ count: Int) -> Extent { Extent(fixed: count) }
  static func perRow(_ count: Int) -> Extent { Extent(perRow: count) }
}

/// Where a step finds a value: a slot of the table of base pointers, and how far the value advances with each row
/// in front of the tile (0 for what every tile sees whole, and for what lives in the tile's own memory).
struct Operand: Equatable, BitwiseCopyable {
  var slot: Int
  var rowStride = 0
  var offset = 0
}

/// One unit of work on one tile, or on whole tensors.
///
/// Steps hold no references, so that workers read them without counting any.
enum Step: BitwiseCopyable {
  case strip(StripProgram)
  case reduce(ReduceStep)
  case product(ProductStep)
  case pack(PackStep)
  case convolution(ConvolutionStep)
  case resample(ResampleStep)
  case copy(CopyStep)
  case gather(table: Operand, tableRows: Int, index: Operand, out: Operand, rows: Extent, columns: Int)
  case scatter(updates: Operand, index: Operand, out: Operand, tableRows: Int, rows: Extent, columns: Int)
  case random(RandomStep)
  case kernel(Unmanaged<KernelStep>)
  /// Iterations of a loop of `count` inside others: outer · count + own.
  case counter(outer: Operand, own: Operand, out: Operand, count: Int)
  case loop(LoopStep)

  /// Whether it brings a right-hand side or a convolution's weights into another form.
  var isRearrangement: Bool {
    switch self {
    case .pack: true
    case .convolution(let step): step.role == .prepareForward || step.role == .prepareInputGradient
    default: false
    }
  }
}

/// A fused group of elementwise operations.
struct StripProgram: BitwiseCopyable {
  var instructions: UnsafeBufferPointer<ck_instruction>
  var registers: UnsafeBufferPointer<ck_register>
  /// Where each register that is not scratch has its memory.
  var operands: UnsafeBufferPointer<Operand?>
  /// The first element, and how many there are.
  var first = 0
  var count: Extent
}

/// out[o, i] = reduction over r of in[o, r, i].
struct ReduceStep: BitwiseCopyable {
  var isSum: Bool
  var input: Operand
  var out: Operand
  var outer: Extent
  var reduced: Extent
  var inner: Int
  /// Elements between neighbours along the reduced axis.
  var rowStride: Int
  /// Whether the tiles of a group add up into `out`.
  var accumulates: Bool
}

/// C = op(A) op(B), once for each of `batch`.
struct ProductStep: BitwiseCopyable {
  var a: Operand
  var b: Operand
  var c: Operand
  var m: Extent
  var k: Extent
  var n: Int
  var aRowStride: Int
  var aColumnStride: Int
  /// Elements between rows of a right-hand side that is read as it lies, and of the result.
  var bRowStride: Int
  var cRowStride: Int
  var right: Right
  var accumulates: Bool
  /// Number of products, and the distances between their operands.
  var batch: Extent
  var aBatchStride = 0
  var bBatchStride = 0
  var cBatchStride = 0

  enum Right: BitwiseCopyable {
    /// Row-major `[k, n]`.
    case rows
    /// Row-major `[n, k]`: packed into the worker's scratch first.
    case columns
    /// Packed earlier by a `PackStep`.
    case packed
  }
}

/// Rearranges a right-hand side once, for many products.
struct PackStep: BitwiseCopyable {
  var input: Operand
  var out: Operand
  var k: Int
  var n: Int
  var rowStride: Int
  var columnStride: Int
}

/// A convolution of images, one of its transposes, or a part of one. `b` is not read by those of one input.
struct ConvolutionStep: BitwiseCopyable {
  var role: Role
  var a: Operand
  var b: Operand
  var out: Operand
  var images: Extent
  var geometry: ck_convolution

  enum Role: BitwiseCopyable {
    case forward, inputGradient, prepareForward, prepareInputGradient, weightSums, finishSums
  }
}

/// Images of another size; `height` and `width` are those of the larger ones.
struct ResampleStep: BitwiseCopyable {
  var isDown: Bool
  var input: Operand
  var out: Operand
  var images: Extent
  var height: Int
  var width: Int
  var channels: Int
  var factor: Int
  var scale: Float
}

/// Strided copies into `out`, filled with zeros before when `clears`.
struct CopyStep: BitwiseCopyable {
  struct Piece: BitwiseCopyable {
    var input: Operand
    var outOffset: Int
    /// The outermost extent may depend on the tile.
    var outermost: Extent
    /// Outermost first; the first extent is set for each tile.
    var rank: Int
    var extents: Axes
    var inStrides: Axes
    var outStrides: Axes
  }
  var out: Operand
  var count: Extent
  var clears: Bool
  var pieces: UnsafeBufferPointer<Piece>
  /// Which part of so many, along the outermost axis of each piece.
  var part = (index: 0, count: 1)

  /// Numbers for up to six axes.
  typealias Axes = (Int64, Int64, Int64, Int64, Int64, Int64)
}

/// Random numbers that several steps read, or that must be stored. Others are drawn inside strips.
struct RandomStep: BitwiseCopyable {
  var isNormal: Bool
  var stream: UInt32
  /// Iterations of the loops around.
  var counter: Operand?
  var out: Operand
  /// The first element, and how many there are.
  var first = 0
  var count: Extent
  /// Elements of one row of the batch.
  var rowElements: Int
}

/// A loop whose rows are independent: all iterations of a tile run before the next tile.
struct LoopStep: BitwiseCopyable {
  var count: Int
  /// The iteration's number as a Float, and exact.
  var index: Operand
  var counter: Operand
  /// Copies from initial values into the states.
  var entries: UnsafeBufferPointer<Transfer>
  var body: UnsafeBufferPointer<Step>
  /// Done after each iteration: slots that change places, then copies.
  var swaps: UnsafeBufferPointer<(Int, Int)>
  var carries: UnsafeBufferPointer<Transfer>
  /// The mask whose zeros end the loop.
  var active: Operand?
  var activeCount = Extent()

  struct Transfer: BitwiseCopyable {
    var from: Operand
    var to: Operand
    var count: Extent
  }
}
