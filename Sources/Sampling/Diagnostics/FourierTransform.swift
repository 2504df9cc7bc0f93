private import Foundation

/// The discrete Fourier transform of a power of two complex numbers, in place.
struct FourierTransform {
  var real: [Double]
  var imaginary: [Double]

  /// The transform X_k = Σ_j x_j exp(−2πi jk/n) of real numbers, padded with zeros to `size`.
  ///
  /// - Precondition: `size` is a power of two and at least the number of values.
  init(_ values: [Double], size: Int) {
    precondition(size.nonzeroBitCount == 1 && values.count <= size, "FourierTransform of \(values.count) in \(size)")
    real = values + [Double](repeating: 0, count: size - values.count)
    imaginary = [Double](repeating: 0, count: size)
    run()
  }

  /// Transforms once more; after `real` and `imaginary` were changed.
  mutating func run() {
    let size = real.count
    var reversed = 0
    for index in 1..<max(size, 1) {
      var bit = size >> 1
      while reversed & bit != 0 {
        reversed ^= bit
        bit >>= 1
      }
      reversed |= bit
      if index < reversed {
        real.swapAt(index, reversed)
        imaginary.swapAt(index, reversed)
      }
    }
    var half = 1
    while half < size {
      for offset in 0..<half {
        // Each factor from the library: a recurrence would lose digits.
        let angle = -Double.pi * Double(offset) / Double(half)
        let (cosine, sine) = (cos(angle), sin(angle))
        for even in stride(from: offset, to: size, by: 2 * half) {
          let odd = even + half
          let a = real[odd] * cosine - imaginary[odd] * sine
          let b = real[odd] * sine + imaginary[odd] * cosine
          (real[odd], imaginary[odd]) = (real[even] - a, imaginary[even] - b)
          real[even] += a
          imaginary[even] += b
        }
      }
      half *= 2
    }
  }
}
