import Datasets
import EBMCore
import FileFormats
import Foundation
import Networks
import Tensors
import Testing

/// E(x) = ½ ‖x − μ‖², whose only parameter is learned.
private struct Centre: Energy {
  static let name = "centre"
  static let summary = "Distance from a point."
  func function(over space: SampleSpace, in scope: ParameterScope) -> any EnergyFunction {
    Function(point: scope.parameter("point", shape: space.shape, kind: .weight, .constant(0)))
  }

  struct Function: EnergyFunction {
    let point: Parameter
    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      0.5 * (x - point.tensor).squared().sum(alongAxes: Array(1..<x.rank))
    }
  }
}

/// The mean energy of the data.
private struct MeanEnergy: Objective, ObjectiveFunction {
  static let name = "mean-energy"
  static let summary = "Mean energy."
  func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
    Losses(energy: model.energy(data, Condition(), &context).mean())
  }
  func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] { [] }
  func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
    model.energy(points, Condition(), &context)
  }
}

/// Steps down the gradient: with the rate 1/n, μ becomes the mean of all batches so far.
private struct Averaging: Optimizer {
  static let name = "averaging"
  static let summary = "Steepest descent."
  func rule(for weights: WeightGroup, in scope: ParameterScope) -> UpdateRule {
    UpdateRule(rates: [{ iteration, _ in 1 / Double(iteration + 1) }]) { gradients, inputs, _ in
      gradients.map { inputs.rates[0] * $0 }
    }
  }
}

@Suite struct StreamedTrainingTests {
  private func pipeline(_ path: String, _ values: RowValues = RowValues()) throws -> Pipeline {
    var training = TrainingSettings()
    training.batch = 16
    training.gradientClip = nil
    training.averagingDecay = 0
    return try Pipeline("streamed", seed: 5, training: training) {
      NpyFile {
        $0.path = path; $0.values = values
      }
      Centre()
      MeanEnergy()
      Averaging()
    }
  }

  private func point(_ trainer: Trainer) throws -> [Float] {
    let parameter = try #require(trainer.model.energyWeights.first)
    return try #require(trainer.store[parameter])
  }

  @Test func trainingSeesEveryRowOfAFile() throws {
    let files = try TemporaryFiles()
    let values = (0..<160).map { Float(($0 * $0) % 97) / 10 }
    try Npy.write(Tensor(values, shape: [80, 2]), to: files.url("a.npy"))
    let trainer = try Trainer(try pipeline(files.path("a.npy")))
    // 80 rows in batches of 16: after 5 updates the mean of the batches is the mean of the file.
    for _ in 0..<5 { _ = try trainer.advance() }
    let found = try point(trainer)
    for column in 0..<2 {
      let mean = stride(from: column, to: 160, by: 2).reduce(0) { $0 + values[$1] } / 80
      #expect(abs(found[column] - mean) < 1e-5)
    }
    #expect(try trainer.diagnose() == nil)
    #expect(!trainer.programSummary.isEmpty)
  }

  @Test func aResumedRunSeesTheSameRows() throws {
    let files = try TemporaryFiles()
    try Npy.write(Tensor((0..<400).map { Float($0 % 37) }, shape: [200, 2]), to: files.url("a.npy"))
    let pipeline = try pipeline(
      files.path("a.npy"),
      RowValues {
        $0.scaling = .signed
        $0.maximum = 36
        $0.dequantize = true
      })
    let whole = try Trainer(pipeline)
    for _ in 0..<9 { _ = try whole.advance() }
    let first = try Trainer(pipeline)
    for _ in 0..<4 { _ = try first.advance() }
    try FileManager.default.createDirectory(at: files.url("checkpoint"), withIntermediateDirectories: false)
    try first.save(to: files.path("checkpoint"))
    let second = try Trainer(pipeline)
    try second.restore(from: files.path("checkpoint"))
    for _ in 0..<5 { _ = try second.advance() }
    #expect(try point(second).map(\.bitPattern) == point(whole).map(\.bitPattern))
  }

  @Test func aPipelineWithAMissingFileIsRefused() throws {
    let error = try #require(throws: ConfigurationError.self) { try pipeline("nowhere.npy") }
    #expect(
      error.description.hasPrefix("dataset.path: ") && error.description.contains("nowhere.npy: opening the file"))
  }
}
