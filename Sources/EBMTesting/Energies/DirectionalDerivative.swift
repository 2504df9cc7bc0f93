/// Derivatives of a function that is evaluated in single precision, along one direction a row.
///
/// A central difference D(h) = f′ + c₂h² + c₄h⁴ + … has a rounding error of about ρ/h beside, ρ being the roughness of f:
/// the standard deviation of its values about a smooth curve. It is measured by third differences of eight values 2⁻¹²
/// apart, whose variance is 20 ρ² (Hamming's table; Moré & Wild, 2011), and is no less than half a unit in the last place.
/// Halving h from ½ to 2⁻¹⁰ and extrapolating (Richardson) removes the powers one by one; the entry of the table that
/// agrees best with its two neighbours is taken (Ridders, 1982), disagreement and 4 ρ/h, the rounding error, being its
/// error together.
enum DirectionalDerivative {
  static func estimate(
    at points: [Float], along directions: [Float], rows: Int, _ function: ([Float]) -> [Float]
  ) -> [(value: Double, error: Double)] {
    func values(_ distance: Float) -> [Double] {
      function(zip(points, directions).map { $0 + distance * $1 }).map(Double.init)
    }
    let near = (0..<8).map { values(Float($0) * 0x1p-12) }
    let roughness = (0..<rows).map { row -> Double in
      let line = near.map { $0[row] }
      let thirds = (0..<5).map { i -> Double in
        let outer = line[i + 3] - line[i]
        return outer + 3 * (line[i + 1] - line[i + 2])
      }
      let measured = (thirds.reduce(0) { $0 + $1 * $1 } / (5 * 20)).squareRoot()
      return max(measured, 0x1p-25 * abs(line[0]))
    }
    let steps = (1...10).map { Float(1) / Float(1 << $0) }
    let slopes = steps.map { step -> [Double] in
      let (ahead, behind) = (values(step), values(-step))
      return zip(ahead, behind).map { ($0 - $1) / (2 * Double(step)) }
    }
    return (0..<rows).map { row in
      var best = (value: 0.0, error: Double.infinity)
      var previous: [Double] = []
      for level in steps.indices {
        var line = [slopes[level][row]]
        let rounding = 4 * roughness[row] / Double(steps[level])
        for order in stride(from: 1, through: level, by: 1) {
          let factor = Double(sign: .plus, exponent: 2 * order, significand: 1)
          line.append((factor * line[order - 1] - previous[order - 1]) / (factor - 1))
          let disagreement = max(abs(line[order] - line[order - 1]), abs(line[order] - previous[order - 1]))
          if disagreement + rounding < best.error { best = (line[order], disagreement + rounding) }
        }
        previous = line
      }
      return best
    }
  }
}
