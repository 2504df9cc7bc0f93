import EBMCore
import FileFormats
import Foundation
import Tensors

/// A file of samples, of the kind that its name ends in.
struct SamplesFile {
  /// The kinds there are.
  private enum Kind: String, CaseIterable {
    case npy, npz, csv
  }

  /// The file as it was named.
  let path: String
  private let kind: Kind

  /// A file that is to be written.
  ///
  /// - Parameter path: its name, which ends in `.npy`, `.npz` or `.csv`.
  /// - Throws: a `ConfigurationError` for any other ending.
  init(path: String) throws(ConfigurationError) {
    let known = Kind.allCases.first { path.lowercased().hasSuffix(".\($0.rawValue)") }
    guard let known else {
      throw ConfigurationError(
        path: "--output", found: "\"\(path)\"",
        expected: "a name that ends in " + Kind.allCases.map { ".\($0.rawValue)" }.joined(separator: ", "))
    }
    self.path = path
    kind = known
  }

  /// Writes samples, complete or not at all.
  ///
  /// - Parameter points: `[count, …]`. In a `.npz` file they are called `samples`; in a `.csv` file each is a line, its
  ///   coordinates row by row, in as many digits as single precision has, without a header: `numpy.loadtxt` reads it.
  func write(_ points: Tensor) throws(FileFormatError) {
    let url = URL(fileURLWithPath: path)
    switch kind {
    case .npy: try Npy.write(points, to: url)
    case .npz: try Npz.write([("samples", points)], to: url)
    case .csv: try AtomicFile.replace(url, with: Array(lines(of: points).utf8))
    }
  }

  /// Writes draws of chains, complete or not at all: all arrays into a `.npz` file; the first one alone, a row a draw and
  /// one chain after the other, into the others.
  func write(_ arrays: [(String, Tensor)]) throws(FileFormatError) {
    if kind == .npz { return try Npz.write(arrays, to: URL(fileURLWithPath: path)) }
    let draws = arrays[0].1
    try write(kind == .npy ? draws : draws.reshaped([draws.shape[0] * draws.shape[1]] + draws.shape.dropFirst(2)))
  }

  private func lines(of points: Tensor) -> String {
    let (scalars, width) = (points.scalars, points.shape.dropFirst().reduce(1, *))
    return stride(from: 0, to: scalars.count, by: max(1, width)).map { first in
      scalars[first..<(first + width)].map(\.description).joined(separator: ",") + "\n"
    }.joined()
  }
}
