import Datasets
import EBMCore
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

  private func rows(_ dataset: any Dataset, _ count: Int, batches: Range<Int>, seed: UInt64 = 1) -> [[Float]] {
    let feed = DataFeed(dataset, count: count)
    return batches.map { number in
      let batch = feed.arguments(number, seed: seed)[0]
      return stride(from: 0, to: batch.elementCount, by: batch.elementCount / count).map { batch.scalars[$0] }
    }
  }

  @Test func everyRowComesOnceAnEpoch() throws {
    let dataset = try NpyFile(try numbered(30)).opened()
    let batches = rows(dataset, 10, batches: 0..<9)
    let epochs = [0, 3, 6].map { batches[$0..<$0 + 3].flatMap { $0 } }
    for epoch in epochs { #expect(epoch.sorted() == (0..<30).map(Float.init)) }
    #expect(epochs[0] != epochs[1] && epochs[1] != epochs[2], "each epoch has its own order")
    #expect(epochs[0] != epochs[0].sorted())
    #expect(rows(dataset, 10, batches: 7..<8)[0] == batches[7], "a batch depends on its number alone")
    #expect(rows(dataset, 10, batches: 0..<1, seed: 2)[0] != batches[0])
    // Batches that do not divide the file run over its end.
    let crossing = rows(dataset, 7, batches: 0..<30).flatMap { $0 }
    for epoch in 0..<7 { #expect(Set(crossing[30 * epoch..<30 * (epoch + 1)]).count == 30) }
  }

  /// Orders are as good as random: of many seeds, each row is first equally often.
  @Test(arguments: [5, 8, 17]) func anyRowMayBeFirst(_ count: Int) throws {
    let dataset = try NpyFile(try numbered(count)).opened()
    var counts = [Double](repeating: 0, count: count)
    for seed in 0..<4_000 as Range<UInt64> { counts[Int(rows(dataset, 1, batches: 0..<1, seed: seed)[0][0])] += 1 }
    let expected = 4_000 / Double(count)
    let statistic = counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    // χ² with n − 1 degrees of freedom: mean n − 1, and at most 45 with a probability above 0.9998 for 16.
    #expect(statistic < 45)
  }

  @Test func partsDoNotOverlap() throws {
    let path = try numbered(50)
    func part(_ selection: RowSelection) throws -> [Float] {
      let dataset = try NpyFile(path, rows: selection).opened()
      let count = try #require(dataset.table).count
      return rows(dataset, count, batches: 0..<1)[0].sorted()
    }
    let train = try part(RowSelection(part: .train, testFraction: 0.3))
    let test = try part(RowSelection(part: .test, testFraction: 0.3))
    #expect(train.count == 35 && test.count == 15)
    #expect((train + test).sorted() == (0..<50).map(Float.init))
    #expect(test != (35..<50).map(Float.init), "the order is random")
    #expect(try part(RowSelection(part: .test, testFraction: 0.3, seed: 1)) != test)
    let few = try part(RowSelection(part: .train, testFraction: 0.3, count: 8))
    #expect(few.count == 8 && Set(few).isSubset(of: train))
    #expect(try part(RowSelection(count: 80)).count == 50)
  }

  @Test func valuesAreScaled() throws {
    let path = try files.write(
      [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3] + [0, 51, 255, 102, 0, 153], as: "images")
    func points(_ values: RowValues, _ seed: UInt64 = 0) throws -> [Float] {
      let dataset = try IDXFile(path, values: values).opened()
      #expect(dataset.space.shape == [1, 3, 1])
      let (points, labels) = dataset.draw(2, seed: seed)
      #expect(points.shape == [2, 1, 3, 1] && labels == nil)
      let scalars = points.scalars
      // Rows in the order of the file; which is which is told by the first or the last value.
      return scalars[0] < scalars[3] ? scalars : Array(scalars[3...] + scalars[..<3])
    }
    func expect(_ found: [Float], _ expected: [Float]) {
      #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-6 }, "\(found), expected \(expected)")
    }
    expect(try points(RowValues()), [0, 51, 255, 102, 0, 153])
    expect(try points(RowValues(scaling: .unit)), [0, 0.2, 1, 0.4, 0, 0.6])
    expect(try points(RowValues(scaling: .signed)), [-1, -0.6, 1, -0.2, -1, 0.2])
    for seed in 0..<20 as Range<UInt64> {
      let spread = try points(RowValues(scaling: .unit, dequantize: true), seed)
      let steps = zip(spread, [0, 51, 255, 102, 0, 153]).map { $0 * 256 - $1 }
      #expect(steps.allSatisfy { $0 >= 0 && $0 <= 1 }, "(q + u)/256")
      #expect(Set(steps).count == 6)
    }
  }

  @Test func halfOfTheImagesAreMirrored() throws {
    let path = try files.write([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 3] + [1, 2, 3], as: "images")
    let dataset = try IDXFile(path, values: RowValues(mirror: true)).opened()
    let points = dataset.draw(2_000, seed: 6).points.scalars
    let rows = stride(from: 0, to: points.count, by: 3).map { Array(points[$0..<$0 + 3]) }
    #expect(Set(rows) == [[1, 2, 3], [3, 2, 1]])
    // 5 standard errors of 2,000 throws.
    #expect(abs(rows.count { $0[0] == 3 } - 1_000) < 112)
  }

  @Test func digitsComeAlong() throws {
    let digits = try Digits().opened()
    #expect(digits.space == SampleSpace(shape: [8, 8, 1], classes: 10))
    #expect(try #require(digits.table).count == 1_797)
    let (points, labels) = digits.draw(1_797, seed: 3)
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
      try NpzFile(files.path("a.npz"), labels: "y").opened(), try CSVFile(csv, labelColumn: 2).opened(),
    ]
    for dataset in datasets {
      #expect(dataset.space == SampleSpace(shape: [2], classes: 4))
      let fed = dataset.draw(20, seed: 5)
      let traced = CompiledFunction { _, context in
        guard let (points, labels) = dataset.labeledBatch(50, random: &context.random) else { return [] }
        return [points, labels]
      }([])
      for (points, labels) in [(fed.points, try #require(fed.labels)), (traced[0], traced[1])] {
        for (row, label) in labels.scalars.enumerated() {
          #expect(points.scalars[2 * row] + 1 == points.scalars[2 * row + 1])
          #expect(Float((Int(points.scalars[2 * row]) / 2) % 4 + 1) == label)
        }
      }
      #expect(dataset.plotRange.contains(-3.8) && dataset.plotRange.contains(42.8) && !dataset.plotRange.contains(43))
    }
    #expect(Set(datasets[0].draw(20, seed: 5).labels?.scalars ?? []) == [1, 2, 3, 4])
  }

  @Test func cifarFilesAreOne() throws {
    func records(_ labels: [UInt8]) -> [UInt8] { labels.flatMap { [$0] + [UInt8](repeating: $0 * 20, count: 3_072) } }
    let paths = [try files.write(records([1, 2, 3]), as: "1.bin"), try files.write(records([9]), as: "2.bin")]
    let dataset = try CIFARFile(paths).opened()
    #expect(dataset.space == SampleSpace(shape: [32, 32, 3], classes: 10))
    let (points, labels) = dataset.draw(4, seed: 1)
    let classes = try #require(labels).scalars
    #expect(classes.sorted() == [2, 3, 4, 10])
    for (row, label) in classes.enumerated() {
      let value = 2 * ((label - 1) * 20 / 255) - 1
      #expect(points.scalars[row * 3_072..<(row + 1) * 3_072].allSatisfy { abs($0 - value) < 1e-6 })
    }
  }

  @Test func settingsSurviveARecipe() throws {
    let selection = RowSelection(part: .train, testFraction: 0.25, seed: 3, count: 7)
    let dataset = NpyFile(try numbered(30), rows: selection, values: RowValues(scaling: .signed, dequantize: true))
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
      (NpyFile(files.path("missing.npy")), ["missing.npy: opening the file", "No such file"]),
      (NpyFile(files.path("scalar.npy")), ["shape", "at least one axis"]),
      (
        NpyFile(files.path("deep.npy")), ["dataset.path: ", "shape [2, 3, 4, 5, 6]", "[rows, height, width, channels]"]
      ),
      (NpyFile(files.path("nan.npy")), ["row 1", "found nan", "finite"]),
      (NpyFile(path, values: RowValues(mirror: true)), ["dataset.values.mirror", "[3]"]),
      (NpyFile(path, rows: RowSelection(part: .test, testFraction: 0.1)), ["rows", "enough for a test part"]),
      (NpzFile(files.path("a.npz"), array: "X"), ["no \"X\"", "one of x, y, z", "nearest: x"]),
      (NpzFile(files.path("a.npz"), labels: "y"), ["labels", "[1]", "[2], one a row"]),
      (NpzFile(files.path("a.npz"), labels: "z"), ["label 1", "0.5"]),
      (CSVFile(text), ["line 2, column 2", "\"two\""]), (CSVFile(text, labelColumn: 4), ["line 2"]),
      (IDXFile(short), ["data", "1 bytes", "[9, 8, 8]"]), (CIFARFile([path]), ["a multiple of 3073 bytes"]),
    ]
    for (dataset, fragments) in cases {
      let message = try message(dataset)
      #expect(!message.contains("\n"), "\(message)")
      for fragment in fragments { #expect(message.contains(fragment), "\(message) has no \(fragment)") }
    }
  }
}
