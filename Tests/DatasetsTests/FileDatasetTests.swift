import Datasets
import EBMCore
import FileFormats
import Foundation
import Tensors
import Testing

/// Data sets in files of every format.
@Suite struct FileDatasetTests {
  private let files: TemporaryFiles

  init() throws { files = try TemporaryFiles() }

  /// Rows 0…n − 1, each three times its number, in a file.
  private func numbered(_ count: Int) throws -> String {
    try Npy.write(
      Tensor((0..<count).flatMap { [Float](repeating: Float($0), count: 3) }, shape: [count, 3]),
      to: files.url("rows.npy"))
    return files.path("rows.npy")
  }

  private func rows(_ dataset: any Dataset, _ count: Int, batches: Range<Int>, seed: UInt64 = 1) throws -> [[Float]] {
    let feed = DataFeed(dataset, count: count)
    return try batches.map { number in
      let batch = try feed.arguments(number, seed: seed)[0]
      return stride(from: 0, to: batch.elementCount, by: batch.elementCount / count).map { batch.scalars[$0] }
    }
  }

  @Test func everyRowComesOnceAnEpoch() throws {
    let dataset = try NpyFile { $0.path = try numbered(30) }.opened()
    let batches = try rows(dataset, 10, batches: 0..<9)
    let epochs = [0, 3, 6].map { batches[$0..<$0 + 3].flatMap { $0 } }
    for epoch in epochs { #expect(epoch.sorted() == (0..<30).map(Float.init)) }
    #expect(epochs[0] != epochs[1] && epochs[1] != epochs[2], "each epoch has its own order")
    #expect(epochs[0] != epochs[0].sorted())
    #expect(try rows(dataset, 10, batches: 7..<8)[0] == batches[7], "a batch depends on its number alone")
    #expect(try rows(dataset, 10, batches: 0..<1, seed: 2)[0] != batches[0])
    // Batches that do not divide the file run over its end.
    let crossing = try rows(dataset, 7, batches: 0..<30).flatMap { $0 }
    for epoch in 0..<7 { #expect(Set(crossing[30 * epoch..<30 * (epoch + 1)]).count == 30) }
  }

  /// Orders are as good as random: of many seeds, each row is first equally often.
  @Test(arguments: [5, 8, 17]) func anyRowMayBeFirst(_ count: Int) throws {
    let dataset = try NpyFile { $0.path = try numbered(count) }.opened()
    var counts = [Double](repeating: 0, count: count)
    for seed in 0..<4_000 as Range<UInt64> { counts[Int(try rows(dataset, 1, batches: 0..<1, seed: seed)[0][0])] += 1 }
    let expected = 4_000 / Double(count)
    let statistic = counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    // χ² with n − 1 degrees of freedom: mean n − 1, and at most 45 with a probability above 0.9998 for 16.
    #expect(statistic < 45)
  }

  @Test func partsDoNotOverlap() throws {
    let path = try numbered(50)
    func part(_ selection: RowSelection) throws -> [Float] {
      let dataset = try NpyFile {
        $0.path = path; $0.rows = selection
      }.opened()
      let count = try #require(dataset.table).count
      return try rows(dataset, count, batches: 0..<1)[0].sorted()
    }
    let train = try part(
      RowSelection {
        $0.part = .train; $0.testFraction = 0.3
      })
    let test = try part(
      RowSelection {
        $0.part = .test; $0.testFraction = 0.3
      })
    #expect(train.count == 35 && test.count == 15)
    #expect((train + test).sorted() == (0..<50).map(Float.init))
    #expect(test != (35..<50).map(Float.init), "the order is random")
    #expect(
      try part(
        RowSelection {
          $0.part = .test; $0.testFraction = 0.3; $0.seed = 1
        }) != test)
    let few = try part(
      RowSelection {
        $0.part = .train; $0.testFraction = 0.3; $0.count = 8
      })
    #expect(few.count == 8 && Set(few).isSubset(of: train))
    #expect(try part(RowSelection { $0.count = 80 }).count == 50)
  }

  @Test func valuesAreScaled() throws {
    let path = try files.write(
      [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3] + [0, 51, 255, 102, 0, 153], as: "images")
    func points(_ values: RowValues, _ seed: UInt64 = 0) throws -> [Float] {
      let dataset = try IDXFile {
        $0.path = path; $0.values = values
      }.opened()
      #expect(dataset.space.shape == [1, 3, 1])
      let (points, labels) = try dataset.draw(2, seed: seed)
      #expect(points.shape == [2, 1, 3, 1] && labels == nil)
      let scalars = points.scalars
      // Rows in the order of the file; which is which is told by the first or the last value.
      return scalars[0] < scalars[3] ? scalars : Array(scalars[3...] + scalars[..<3])
    }
    func expect(_ found: [Float], _ expected: [Float]) {
      #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-6 }, "\(found), expected \(expected)")
    }
    expect(try points(RowValues()), [0, 51, 255, 102, 0, 153])
    expect(try points(RowValues { $0.scaling = .unit }), [0, 0.2, 1, 0.4, 0, 0.6])
    expect(try points(RowValues { $0.scaling = .signed }), [-1, -0.6, 1, -0.2, -1, 0.2])
    for seed in 0..<20 as Range<UInt64> {
      let spread = try points(
        RowValues {
          $0.scaling = .unit; $0.dequantize = true
        }, seed)
      let steps = zip(spread, [0, 51, 255, 102, 0, 153]).map { $0 * 256 - $1 }
      #expect(steps.allSatisfy { $0 >= 0 && $0 <= 1 }, "(q + u)/256")
      #expect(Set(steps).count == 6)
    }
  }

  @Test func halfOfTheImagesAreMirrored() throws {
    let path = try files.write([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 3] + [1, 2, 3], as: "images")
    let dataset = try IDXFile {
      $0.path = path; $0.values = RowValues { $0.mirror = true }
    }.opened()
    let points = try dataset.draw(2_000, seed: 6).points.scalars
    let rows = stride(from: 0, to: points.count, by: 3).map { Array(points[$0..<$0 + 3]) }
    #expect(Set(rows) == [[1, 2, 3], [3, 2, 1]])
    // 5 standard errors of 2,000 throws.
    #expect(abs(rows.count { $0[0] == 3 } - 1_000) < 112)
  }

  @Test func digitsComeAlong() throws {
    let digits = try Digits().opened()
    #expect(digits.space == SampleSpace(shape: [8, 8, 1], classes: 10))
    #expect(try #require(digits.table).count == 1_797)
    let (points, labels) = try digits.draw(1_797, seed: 3)
    #expect(points.scalars.min() == -1 && points.scalars.max() == 1)
    let classes = try #require(labels).scalars.map { Int($0) }
    let counts = (1...10).map { label in classes.count { $0 == label } }
    #expect(counts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180], "of the digits 0 to 9, as published")
    // Images belong to their classes: nearest class means, found on half, know the other half.
    var means = [[Float]](repeating: [Float](repeating: 0, count: 64), count: 10)
    for row in 0..<900 { for pixel in 0..<64 { means[classes[row] - 1][pixel] += points.scalars[row * 64 + pixel] } }
    for label in 0..<10 {
      let own = Float(classes[..<900].count { $0 == label + 1 })
      means[label] = means[label].map { $0 / own }
    }
    let right = (900..<1_797).count { row in
      let distances = means.map { mean in
        (0..<64).reduce(Float(0)) { sum, pixel in
          let difference = points.scalars[row * 64 + pixel] - mean[pixel]
          return sum + difference * difference
        }
      }
      return distances.indices.min { distances[$0] < distances[$1] } == classes[row] - 1
    }
    #expect(right > 780, "nearest class means reach about 90 %")
  }

  @Test func labelsStayWithTheirRows() throws {
    let x = Tensor((0..<40).map { Float($0) }, shape: [20, 2])
    let y = Tensor((0..<20).map { Float($0 % 4) })
    try Npz.write([("x", x), ("y", y)], to: files.url("a.npz"))
    let text = (0..<20).map { "\(2 * $0),\($0 % 4),\(2 * $0 + 1)\n" }.joined()
    let csv = try files.write(Array(text.utf8), as: "a.csv")
    let datasets: [any FileDataset] = [
      try NpzFile {
        $0.path = files.path("a.npz")
        $0.labels = "y"
      }.opened(),
      try CSVFile {
        $0.path = csv; $0.labelColumn = 2
      }.opened(),
    ]
    for dataset in datasets {
      #expect(dataset.space == SampleSpace(shape: [2], classes: 4))
      let fed = try dataset.draw(20, seed: 5)
      let points = fed.points.scalars
      for (row, label) in try #require(fed.labels).scalars.enumerated() {
        #expect(points[2 * row] + 1 == points[2 * row + 1])
        #expect(Float((Int(points[2 * row]) / 2) % 4 + 1) == label)
      }
      #expect(dataset.plotRange.contains(-3.8) && dataset.plotRange.contains(42.8) && !dataset.plotRange.contains(43))
    }
    #expect(Set(try datasets[0].draw(20, seed: 5).labels?.scalars ?? []) == [1, 2, 3, 4])
  }

  @Test func cifarFilesAreOne() throws {
    func records(_ labels: [UInt8]) -> [UInt8] { labels.flatMap { [$0] + [UInt8](repeating: $0 * 20, count: 3_072) } }
    let paths = [try files.write(records([1, 2, 3]), as: "1.bin"), try files.write(records([9]), as: "2.bin")]
    let dataset = try CIFARFile { $0.paths = paths }.opened()
    #expect(dataset.space == SampleSpace(shape: [32, 32, 3], classes: 10))
    let (points, labels) = try dataset.draw(4, seed: 1)
    let classes = try #require(labels).scalars
    #expect(classes.sorted() == [2, 3, 4, 10])
    for (row, label) in classes.enumerated() {
      let value = 2 * ((label - 1) * 20 / 255) - 1
      #expect(points.scalars[row * 3_072..<(row + 1) * 3_072].allSatisfy { abs($0 - value) < 1e-6 })
    }
  }

  /// 3,000 rows [i, i], of which row 2,500 is not a number and row 2,600 is too large.
  private func partlyInvalid() throws -> String {
    var doubles = (0..<6_000).map { Double($0 / 2) }
    (doubles[5_001], doubles[5_200]) = (.nan, 1e300)
    let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (3000, 2), }"
    return try files.write(
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
        + doubles.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } },
      as: "invalid.npy")
  }

  @Test func anInvalidRowIsRefusedByName() throws {
    let feed = DataFeed(try NpyFile { $0.path = try partlyInvalid() }.opened(), count: 1_000)
    var messages: Set<String> = []
    for batch in 0..<30 {
      do { _ = try feed.arguments(batch, seed: 1) } catch { messages.insert(error.description) }
    }
    let path = files.path("invalid.npy")
    #expect(
      messages == [
        "\(path): row 2500, element 1: found nan, expected a finite number "
          + "(dataset.rows.invalid=skip leaves such rows out)",
        "\(path): row 2600, element 0: found 1e+300, expected at most 3.4028235e+38, the largest Float32 "
          + "(dataset.rows.invalid=skip leaves such rows out)",
      ])
  }

  @Test func skippedRowsHaveSubstitutes() throws {
    let path = try partlyInvalid()
    let dataset = try NpyFile {
      $0.path = path; $0.rows = RowSelection { $0.invalid = .skip }
    }.opened()
    let epoch = try rows(dataset, 1_000, batches: 0..<3).flatMap { $0 }
    #expect(epoch.count == 3_000 && Set(epoch).count >= 2_998 - 2, "each other row once, and two drawn at random")
    #expect(Set(epoch).isDisjoint(with: [2_500, 2_600]))
    #expect(dataset.rowSource?.skippedRows.count == 2)
    #expect(dataset.rowSource?.skippedRows.first?.hasPrefix("\(path): row 2") == true)
    // Another reader of a later batch sees the same: nothing depends on what was read before.
    let again = try NpyFile {
      $0.path = path; $0.rows = RowSelection { $0.invalid = .skip }
    }.opened()
    #expect(try rows(again, 1_000, batches: 2..<3)[0] == Array(epoch[2_000...]))
    // All other rows are where they are without a skip.
    try Npy.write(Tensor((0..<6_000).map { Float($0 / 2) }, shape: [3_000, 2]), to: files.url("valid.npy"))
    let valid = try rows(
      try NpyFile {
        $0.path = files.path("valid.npy")
      }.opened(), 1_000, batches: 0..<3
    ).flatMap { $0 }
    #expect(zip(epoch, valid).count { $0 != $1 } == 2)
  }

  @Test func aFileOfInvalidRowsIsGivenUp() throws {
    try Npy.write(Tensor(repeating: .nan, shape: [30, 2]), to: files.url("nan.npy"))
    #expect(throws: ConfigurationError.self) {
      try NpyFile {
        $0.path = files.path("nan.npy"); $0.rows = RowSelection { $0.invalid = .skip }
      }.opened()
    }
    // One that can be used, of 3,000, is not enough to train on.
    try Npy.write(
      Tensor((0..<3_000).map { $0 == 5 ? 1 : .nan }, shape: [3_000, 1]), to: files.url("one.npy"))
    let sparse = NpyFile {
      $0.path = files.path("one.npy");
      $0.rows = RowSelection {
        $0.part = .all
        $0.invalid = .skip
      }
    }
    let error = try #require(throws: (any Error).self) {
      _ = try DataFeed(try sparse.opened(), count: 500).arguments(0, seed: 1)
    }
    #expect("\(error)".contains("that can"))
  }

  @Test func aLabelThatIsNoClassIsSkippedWithItsRow() throws {
    var labels = (0..<200).map { Float($0 % 4) }
    (labels[7], labels[90]) = (-1, 2.5)
    let points = Tensor((0..<400).map { Float($0 / 2) }, shape: [200, 2])
    try Npz.write([("x", points), ("y", Tensor(labels))], to: files.url("a.npz"))
    let refused = try #require(throws: ConfigurationError.self) {
      try NpzFile {
        $0.path = files.path("a.npz"); $0.labels = "y"
      }.opened()
    }
    #expect(refused.description.contains("label 7: found -1.0, expected an integer from 0"))
    let dataset = try NpzFile {
      $0.path = files.path("a.npz")
      $0.labels = "y"
      $0.rows = RowSelection { $0.invalid = .skip }
    }.opened()
    #expect(dataset.space.classes == 4)
    let (seen, classes) = try dataset.draw(200, seed: 3)
    for (row, label) in try #require(classes).scalars.enumerated() {
      let number = Int(seen.scalars[2 * row])
      #expect(number != 7 && number != 90 && Float(number % 4 + 1) == label)
    }
    #expect(dataset.rowSource?.skippedRows.count == 2)
  }

  @Test func aFileThatChangesIsRefused() throws {
    let path = try numbered(500)
    let dataset = try NpyFile { $0.path = path }.opened()
    let feed = DataFeed(dataset, count: 100)
    let before = try feed.arguments(3, seed: 1)[0].scalars
    func message() throws -> String {
      try #require(throws: FileFormatError.self) { try feed.arguments(3, seed: 1) }.description
    }
    let handle = try FileHandle(forWritingTo: files.url("rows.npy"))
    let size = try handle.seekToEnd()
    try handle.truncate(atOffset: size - 40)
    #expect(try message().contains("size: found \(size - 40) bytes, expected \(size) bytes, as when it was opened"))
    try handle.truncate(atOffset: size)
    #expect(try message().contains("time of the last change"))
    try handle.truncate(atOffset: size + 9)
    #expect(try message().contains("size: found \(size + 9) bytes"))
    // A file that takes its place, or none, leaves the open one as it was.
    let kept = try NpyFile { $0.path = try numbered(500) }.opened()
    _ = try numbered(20)
    #expect(try DataFeed(kept, count: 100).arguments(3, seed: 1)[0].scalars == before)
    try FileManager.default.removeItem(at: files.url("rows.npy"))
    #expect(try DataFeed(kept, count: 100).arguments(3, seed: 1)[0].scalars == before)
  }

  @Test func settingsSurviveARecipe() throws {
    let selection = RowSelection {
      $0.part = .train; $0.testFraction = 0.25; $0.seed = 3; $0.count = 7
    }
    let dataset = try NpyFile {
      $0.path = try numbered(30)
      $0.rows = selection
      $0.values = RowValues {
        $0.scaling = .signed; $0.dequantize = true
      }
    }
    let opened = try dataset.opened()
    let value = try opened.recipeValue()
    #expect(value == (try dataset.recipeValue()), "an open file is no setting")
    #expect(value["rows"]?["part"]?.stringValue == "train")
    #expect(value.objectValue?.keys == ["type", "path", "rows", "values"])
  }

  @Test func mistakesAreToldInOneLine() throws {
    let path = try numbered(3)
    try Npy.write(Tensor(1), to: files.url("scalar.npy"))
    try Npy.write(Tensor(repeating: 0, shape: [2, 3, 4, 5, 6]), to: files.url("deep.npy"))
    try Npy.write(Tensor([1, .nan]), to: files.url("nan.npy"))
    try Npz.write([("x", Tensor([1, 2])), ("y", Tensor([1])), ("z", Tensor([0, 0.5]))], to: files.url("a.npz"))
    let text = try files.write(Array("a,b\n1,two\n".utf8), as: "text.csv")
    let short = try files.write([0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 8, 0, 0, 0, 8, 1], as: "short-idx3-ubyte")
    func message(_ dataset: any Dataset) throws -> String {
      try #require(throws: ConfigurationError.self) { try dataset.opened() }.description
    }
    #expect(try message(NpyFile()) == "dataset.path: found nothing, expected the path of a file")
    #expect(try message(CIFARFile()) == "dataset.paths: found nothing, expected the path of a file")
    let cases: [(any Dataset, [String])] = [
      (NpyFile { $0.path = files.path("missing.npy") }, ["missing.npy: opening the file", "No such file"]),
      (NpyFile { $0.path = files.path("scalar.npy") }, ["shape", "at least one axis"]),
      (
        NpyFile {
          $0.path = files.path("deep.npy")
        }, ["dataset.path: ", "shape [2, 3, 4, 5, 6]", "[rows, height, width, channels]"]
      ),
      (NpyFile { $0.path = files.path("nan.npy") }, ["row 1", "found nan", "finite"]),
      (
        NpyFile {
          $0.path = path; $0.values = RowValues { $0.mirror = true }
        }, ["dataset.values.mirror", "[3]"]
      ),
      (
        NpyFile {
          $0.path = path
          $0.rows = RowSelection {
            $0.part = .test; $0.testFraction = 0.1
          }
        }, ["rows", "enough for a test part"]
      ),
      (
        NpzFile {
          $0.path = files.path("a.npz"); $0.array = "X"
        }, ["no \"X\"", "one of x, y, z", "nearest: x"]
      ),
      (
        NpzFile {
          $0.path = files.path("a.npz"); $0.labels = "y"
        }, ["labels", "[1]", "[2], one a row"]
      ),
      (
        NpzFile {
          $0.path = files.path("a.npz"); $0.labels = "z"
        }, ["label 1", "0.5"]
      ),
      (CSVFile { $0.path = text }, ["line 2, column 2", "\"two\""]),
      (
        CSVFile {
          $0.path = text
          $0.labelColumn = 4
        }, ["line 2"]
      ),
      (
        IDXFile {
          $0.path = short
        }, ["data", "1 bytes", "[9, 8, 8]"]
      ), (CIFARFile { $0.paths = [path] }, ["a multiple of 3073 bytes"]),
    ]
    for (dataset, fragments) in cases {
      let message = try message(dataset)
      #expect(!message.contains("\n"), "\(message)")
      for fragment in fragments { #expect(message.contains(fragment), "\(message) has no \(fragment)") }
    }
  }
}
