/// How much a function rises along a line, and what its gradient says of that: f(x + ℓ/2 d) − f(x − ℓ/2 d) = ∫ d·∇f dt.
///
/// Unlike a difference quotient the integral is exact across kinks too, of which a network of rectifiers has one every
/// thousandth of the way. Simpson's rule S takes it over panels of two intervals, the trapezoidal rule T beside it. A jump
/// of the slope somewhere in a panel puts S wrong by half an interval's width times 2/3 of the jump (root mean square) and
/// leaves |S − T| at half of that; so 2 √Σ(S − T)² is the standard error of jumps at random places, and far above what S
/// leaves of a smooth slope.
///
/// A value's rounding error is measured by third differences of eight values 2⁻¹² apart, whose variance is 20 times its own
/// (Hamming's table; Moré & Wild, 2011), and is no less than half a unit in the last place.
struct LineIntegral {
  /// The function's difference over the line's length ℓ: a mean slope.
  let difference: Double
  /// The mean of d·∇f.
  let slope: Double
  /// The error of comparing them: four standard errors.
  let error: Double
  /// The mean size of a component of the gradient along the line.
  let size: Double

  /// ℓ.
  private static let length: Float = 0.25
  /// Intervals; an even number.
  private static let intervals = 32

  /// The integrals of rows of points.
  ///
  /// - Parameters:
  ///   - points: middles of the lines, row-major `[rows, width]`.
  ///   - directions: a unit vector a row.
  ///   - values: f of each row.
  ///   - gradients: ∇f of each row.
  static func along(
    _ directions: [Float], at points: [Float], rows: Int, values: ([Float]) -> [Float],
    gradients: ([Float]) -> [Float]
  ) -> [LineIntegral] {
    let width = points.count / rows
    func place(_ distance: Float) -> [Float] { zip(points, directions).map { $0 + distance * $1 } }
    let ends = [-0.5, 0.5].map { values(place($0 * length)).map(Double.init) }
    let near = (0..<8).map { values(place(Float($0) * 0x1p-12)).map(Double.init) }
    let slopes = (0...intervals).map { index -> [(along: Double, squares: Double)] in
      let gradient = gradients(place((Float(index) / Float(intervals) - 0.5) * length))
      return (0..<rows).map { row in
        ((row * width)..<((row + 1) * width)).reduce((0.0, 0.0)) { sums, place in
          let slope = Double(gradient[place])
          return (sums.0 + slope * Double(directions[place]), sums.1 + slope * slope)
        }
      }
    }
    return (0..<rows).map { row in
      var (integral, squaredError, size) = (0.0, 0.0, 0.0)
      for panel in stride(from: 0, to: intervals, by: 2) {
        let (first, middle, last) = (
          slopes[panel][row].along, slopes[panel + 1][row].along, slopes[panel + 2][row].along
        )
        let simpson = (first + 4 * middle + last) / Double(3 * intervals)
        let trapezoid = (first + 2 * middle + last) / Double(2 * intervals)
        integral += simpson
        squaredError += 4 * (simpson - trapezoid) * (simpson - trapezoid)
        size += 2 * (slopes[panel + 1][row].squares / Double(width)).squareRoot() / Double(intervals)
      }
      let rounding = 2.0.squareRoot() * roughness(near.map { $0[row] }) / Double(length)
      return LineIntegral(
        difference: (ends[1][row] - ends[0][row]) / Double(length), slope: integral,
        error: 4 * (squaredError.squareRoot() + rounding), size: size)
    }
  }

  /// The rounding error of eight neighbouring values.
  private static func roughness(_ line: [Double]) -> Double {
    let thirds = (0..<5).map { i -> Double in
      let outer = line[i + 3] - line[i]
      return outer + 3 * (line[i + 1] - line[i + 2])
    }
    let measured = (thirds.reduce(0) { $0 + $1 * $1 } / (5 * 20)).squareRoot()
    return max(measured, 0x1p-25 * abs(line[0]))
  }
}
