import Datasets
import EBM
import FileFormats
import Foundation
import Tensors

/// What must hold of inputs that are accepted.
enum Judge {
  /// Equal shapes and bits.
  static func agree(_ first: Tensor, _ second: Tensor, _ what: String) throws {
    guard first.shape == second.shape, first.scalars.map(\.bitPattern) == second.scalars.map(\.bitPattern) else {
      throw Violation("\(what) differs: \(first.shape) and \(second.shape)")
    }
  }

  /// A tensor is read back as it was written.
  static func survives(_ tensor: Tensor, in workshop: Workshop) throws {
    let url = URL(fileURLWithPath: "\(workshop.path)/again.npy")
    try Npy.write(tensor, to: url)
    try agree(tensor, try Npy.read(contentsOf: url), "an array that was written and read")
  }

  /// Batches of a data set have finite numbers, valid classes, and are functions of their number.
  static func feeds(_ dataset: some FileDataset) throws {
    let opened = try dataset.opened()
    // Points that no network takes: opening them was all there is to try.
    guard opened.space.dimension <= 1 << 16 else { return }
    let feed = DataFeed(opened, count: 3)
    guard opened.plotRange.lowerBound < opened.plotRange.upperBound else { throw Violation("an empty plot range") }
    for number in [0, 1, 1_000] {
      let batch = try feed.arguments(number, seed: 7)
      guard batch[0].scalars.allSatisfy(\.isFinite) else { throw Violation("a batch that is not finite") }
      let classes = 1...Float(max(1, opened.space.classes))
      guard batch.dropFirst().allSatisfy({ $0.scalars.allSatisfy { classes.contains($0) && $0 == $0.rounded() } })
      else { throw Violation("a class that does not exist") }
      let again = try feed.arguments(number, seed: 7)
      for (first, second) in zip(batch, again) { try agree(first, second, "a batch read twice") }
    }
  }

  /// Which rows are used, a function of the bytes.
  static func selection(_ bytes: [UInt8]) -> RowSelection {
    let choice = bytes.count
    return RowSelection {
      $0.part = RowSelection.Part.allCases[choice % 3]
      $0.testFraction = 0.3
      $0.seed = choice
      $0.count = choice % 5
      $0.invalid = choice % 2 == 0 ? .skip : .refuse
    }
  }
}
