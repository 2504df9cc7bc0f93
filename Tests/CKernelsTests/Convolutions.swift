// A convolution in Swift terms: the kernels behind it, and the plain loops in Double that they are compared with.

import CKernels
import Testing

/// One convolution over some images. Every array has exactly the size that its kernel asks for, and what a kernel must
/// fill before it reads it starts as NaN.
struct Convolution: CustomStringConvertible {
  var shape: ck_convolution
  var images: Int

  /// With `outputSize` nil, the output has the size that the same padding on all sides gives.
  init(
    images: Int = 1, height: Int, width: Int, inputs: Int, outputs: Int, kernel: (Int, Int) = (3, 3), stride: Int = 1,
    padding: (Int, Int) = (1, 1), dilation: Int = 1, groups: Int = 1, outputSize: (Int, Int)? = nil,
    method: ck_convolution_method = CK_CONVOLUTION_FASTEST
  ) {
    func axis(_ input: Int, _ kernel: Int, _ padding: Int, _ output: Int?) -> ck_convolution_axis {
      let size = output ?? (input + 2 * padding - (kernel - 1) * dilation - 1) / stride + 1
      return ck_convolution_axis(
        input: Int64(input), output: Int64(size), kernel: Int64(kernel), stride: Int64(stride),
        dilation: Int64(dilation), padding: Int64(padding))
    }
    self.images = images
    shape = ck_convolution(
      rows: axis(height, kernel.0, padding.0, outputSize?.0),
      columns: axis(width, kernel.1, padding.1, outputSize?.1),
      inputs: Int64(inputs), outputs: Int64(outputs), groups: Int64(groups), method: method)
  }

  var description: String {
    "\(images) images \(shape.rows.input)x\(shape.columns.input)x\(shape.inputs) to \(shape.rows.output)x"
      + "\(shape.columns.output)x\(shape.outputs), kernel \(shape.rows.kernel)x\(shape.columns.kernel), stride "
      + "\(shape.rows.stride), padding \(shape.rows.padding), \(shape.columns.padding), dilation "
      + "\(shape.rows.dilation), groups \(shape.groups)\(isWinograd ? ", Winograd" : "")"
  }

  var isWinograd: Bool { withUnsafePointer(to: shape) { ck_convolution_is_winograd($0) } }
  /// Images after which a call may end without changing the sums.
  var sumsImages: Int { Int(withUnsafePointer(to: shape) { ck_convolution_sums_images($0) }) }
  var inputCount: Int { images * Int(shape.rows.input * shape.columns.input * shape.inputs) }
  var outputCount: Int { images * Int(shape.rows.output * shape.columns.output * shape.outputs) }
  var weightCount: Int {
    Int(shape.outputs * shape.rows.kernel * shape.columns.kernel * (shape.inputs / shape.groups))
  }

  // MARK: The kernels

  func prepared(_ w: [Float], for use: ck_convolution_use) -> [Float] {
    var shape = shape
    let scratch = ck_convolution_weights_scratch(&shape)
    return filled(ck_convolution_weights_size(&shape, use), scratch: scratch) {
      ck_convolution_weights($0, w, &shape, use, $1)
    }
  }

  func forward(_ x: [Float], _ w: [Float]) -> [Float] {
    var shape = shape
    let prepared = prepared(w, for: CK_CONVOLUTION_FORWARD)
    let scratch = ck_convolution_scratch(&shape, Int64(images))
    return filled(Int64(outputCount), scratch: scratch) {
      ck_convolution_forward($0, x, prepared, &shape, Int64(images), $1)
    }
  }

  func inputGradient(_ dy: [Float], _ w: [Float]) -> [Float] {
    var shape = shape
    let prepared = prepared(w, for: CK_CONVOLUTION_INPUT_GRADIENT)
    let scratch = ck_convolution_scratch(&shape, Int64(images))
    return filled(Int64(inputCount), scratch: scratch) {
      ck_convolution_input_gradient($0, dy, prepared, &shape, Int64(images), $1)
    }
  }

  /// The sums after the images of x and dy, on top of `sums` when given.
  func sums(_ x: [Float], _ dy: [Float], addedTo sums: [Float]? = nil) -> [Float] {
    var shape = shape
    let scratch = ck_convolution_scratch(&shape, Int64(images))
    return filled(ck_convolution_sums_size(&shape), scratch: scratch, from: sums) {
      ck_convolution_sums($0, x, dy, &shape, Int64(images), sums != nil, $1)
    }
  }

  /// The gradient that sums stand for, on top of `dw` when given.
  func weightGradient(_ sums: [Float], addedTo dw: [Float]? = nil) -> [Float] {
    var shape = shape
    return filled(Int64(weightCount), scratch: 0, from: dw) { out, _ in
      ck_convolution_weight_gradient(out, sums, &shape, dw != nil)
    }
  }

  /// What `body` makes of an array of `count` floats (NaN unless given) and scratch, neither of which it may overrun.
  private func filled(
    _ count: Int64, scratch: Int64, from start: [Float]? = nil,
    _ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) -> [Float] {
    let guards: [Float] = [11, 12, 13]
    var result = (start ?? [Float](repeating: .nan, count: Int(count))) + guards
    var space = [Float](repeating: .nan, count: Int(scratch)) + guards
    body(&result, &space)
    #expect(Array(result.suffix(3)) == guards && Array(space.suffix(3)) == guards, "\(self)")
    return Array(result.dropLast(3))
  }

  // MARK: Plain loops

  /// Calls `body` with the indices in x, w and y of every product that the convolution consists of.
  func forEachTerm(_ body: (_ x: Int, _ w: Int, _ y: Int) -> Void) {
    let (height, width, inputs) = (Int(shape.rows.input), Int(shape.columns.input), Int(shape.inputs))
    let (rows, columns, outputs) = (Int(shape.rows.output), Int(shape.columns.output), Int(shape.outputs))
    let (tapRows, tapColumns) = (Int(shape.rows.kernel), Int(shape.columns.kernel))
    let (inputsOfGroup, outputsOfGroup) = (inputs / Int(shape.groups), outputs / Int(shape.groups))
    func meeting(_ axis: ck_convolution_axis, _ output: Int, _ tap: Int) -> Int {
      output * Int(axis.stride) + tap * Int(axis.dilation) - Int(axis.padding)
    }
    for n in 0..<images {
      for i in 0..<rows {
        for j in 0..<columns {
          for r in 0..<tapRows {
            for s in 0..<tapColumns {
              let (y, x) = (meeting(shape.rows, i, r), meeting(shape.columns, j, s))
              guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
              let pixel = ((n * height + y) * width + x) * inputs
              for o in 0..<outputs {
                let tap = ((o * tapRows + r) * tapColumns + s) * inputsOfGroup
                let out = ((n * rows + i) * columns + j) * outputs + o
                let channel = pixel + o / outputsOfGroup * inputsOfGroup
                for c in 0..<inputsOfGroup { body(channel + c, tap + c, out) }
              }
            }
          }
        }
      }
    }
  }

  /// y, dx and dw in Double, and beside each the sum of the magnitudes of its terms.
  func reference(_ x: [Float], _ w: [Float], _ dy: [Float]) -> (y: Sums, dx: Sums, dw: Sums) {
    var (y, dx, dw) = (Sums(outputCount), Sums(inputCount), Sums(weightCount))
    forEachTerm { i, k, o in
      y.add(Double(x[i]) * Double(w[k]), at: o)
      dx.add(Double(dy[o]) * Double(w[k]), at: i)
      dw.add(Double(dy[o]) * Double(x[i]), at: k)
    }
    return (y, dx, dw)
  }
}

/// Sums in Double with the number of their terms and the sum of their magnitudes.
struct Sums {
  private(set) var values, magnitudes, counts: [Double]

  init(_ count: Int) {
    values = [Double](repeating: 0, count: count)
    (magnitudes, counts) = (values, values)
  }

  mutating func add(_ term: Double, at index: Int) {
    values[index] += term
    magnitudes[index] += abs(term)
    counts[index] += 1
  }

  /// The largest error as a fraction of the bound for sums in any order: n roundings of at most half a unit in the last
  /// place of a partial sum, the second order of it aside.
  func errorOverBound(_ result: [Float]) -> Double {
    var worst = result.count == values.count ? 0 : Double.infinity
    for (i, value) in result.enumerated() {
      let bound = 1.001 * counts[i] * Double(Float.ulpOfOne) / 2 * magnitudes[i]
      let error = abs(Double(value) - values[i])
      if !(error <= bound) { worst = max(worst, error.isNaN ? .infinity : error / bound) }
      if bound > 0 { worst = max(worst, error / bound) }
    }
    return worst
  }

  /// Errors over the root mean square of the exact values.
  func relativeErrors(_ result: [Float]) -> (rootMeanSquare: Double, largest: Double) {
    let size = (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
    let errors = zip(result, values).map { (Double($0) - $1) / size }
    let mean = errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
    return (mean.squareRoot(), errors.reduce(0) { $1.isNaN ? .infinity : max($0, abs($1)) })
  }
}

/// Reproducible numbers close to a standard normal distribution.
func normals(_ count: Int, seed: UInt32) -> [Float] {
  var result = [Float](repeating: 0, count: count)
  ck_random_normal(&result, ck_random(key: (seed, 0), stream: 0, iteration: 0), 0, Int64(count))
  return result
}
