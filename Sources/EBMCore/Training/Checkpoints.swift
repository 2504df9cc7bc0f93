internal import FileFormats
internal import Foundation
internal import Networks
public import Tensors

/// Parameters' values as two safetensors files.
///
/// `weights.safetensors` is the model that is measured and sampled: the buffers and the weights, each weight's running
/// average in its place where there is one. `state.safetensors` is what training goes on with beside it: the
/// optimizer's state, and the weights themselves, as `training.<name>`, where the other file has their averages.
public enum Checkpoints {
  private static let weightsFile = "weights.safetensors"
  private static let stateFile = "state.safetensors"

  /// Where a parameter's values are.
  private struct Place {
    let file: String
    let name: String
    let parameter: Parameter
    /// Whether the model is made of it.
    let isModel: Bool
  }

  private static func places(
    _ parameters: [Parameter], _ averages: [(weight: Parameter, average: Parameter)]
  ) -> [Place] {
    let averageOf = Dictionary(uniqueKeysWithValues: averages.map { ($0.weight, $0.average) })
    let areAverages = Set(averages.map(\.average))
    return parameters.filter { !areAverages.contains($0) }.flatMap { parameter -> [Place] in
      if let average = averageOf[parameter] {
        return [
          Place(file: weightsFile, name: parameter.name, parameter: average, isModel: true),
          Place(file: stateFile, name: "training.\(parameter.name)", parameter: parameter, isModel: true),
        ]
      }
      let isModel = parameter.kind != .state
      let file = isModel ? weightsFile : stateFile
      return [Place(file: file, name: parameter.name, parameter: parameter, isModel: isModel)]
    }
  }

  /// Writes the values of the parameters into a folder.
  ///
  /// - Parameters:
  ///   - parameters: all of them.
  ///   - averages: weights and their running averages; none by default.
  ///   - store: the values.
  ///   - folder: where.
  ///   - metadata: more for both files' metadata.
  /// - Throws: a `FileFormatError` with the system's reason.
  public static func write(
    _ parameters: [Parameter], averages: [(weight: Parameter, average: Parameter)] = [], _ store: ParameterStore,
    to folder: String, metadata: [String: String] = [:]
  ) throws {
    let places = places(parameters, averages)
    let model = averages.isEmpty ? "the weights" : "running averages of the weights"
    let rest = averages.isEmpty ? "" : "; training.*: the weights themselves"
    let contents = [
      (weightsFile, "\(model) and the buffers: the model that is measured and sampled"),
      (stateFile, "what training goes on with: the optimizer's state\(rest)"),
    ]
    for (name, content) in contents {
      var file = Safetensors(metadata: metadata)
      file.metadata["format"] = "swift-ebm"
      file.metadata["sign"] = "p(x) ∝ exp(−E(x))"
      file.metadata["content"] = content
      for place in places where place.file == name {
        file.tensors[place.name] = store[place.parameter].map { Tensor($0, shape: place.parameter.shape) }
      }
      try file.write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
  }

  /// The tensors of the model that is measured and sampled, by name, read from a checkpoint's folder.
  ///
  /// - Throws: when the file cannot be read.
  public static func modelTensors(in folder: String) throws -> [String: Tensor] {
    try Safetensors(contentsOf: URL(fileURLWithPath: "\(folder)/\(weightsFile)")).tensors
  }

  /// Reads the values of the parameters from a folder.
  ///
  /// - Parameters:
  ///   - parameters: all of them.
  ///   - averages: weights and their running averages; none by default.
  ///   - store: takes the values.
  ///   - folder: where.
  /// - Throws: when a file cannot be read, lacks a parameter, holds one of another shape, or a weight or buffer that is
  ///   not finite.
  public static func read(
    _ parameters: [Parameter], averages: [(weight: Parameter, average: Parameter)] = [], into store: ParameterStore,
    from folder: String
  ) throws {
    let places = places(parameters, averages)
    for name in [weightsFile, stateFile] {
      let wanted = places.filter { $0.file == name }
      if wanted.isEmpty { continue }
      let path = "\(folder)/\(name)"
      let file = try Safetensors(contentsOf: URL(fileURLWithPath: path))
      for place in wanted {
        let shape = place.parameter.shape
        guard let tensor = file.tensors[place.name], tensor.shape == shape else {
          throw ConfigurationError(
            path: "\(path): \(place.name)", found: file.tensors[place.name].map { "\($0.shape)" } ?? "nothing",
            expected: "a tensor of shape \(shape)")
        }
        let scalars = tensor.scalars
        if place.isModel, let value = scalars.first(where: { !$0.isFinite }) {
          let count = scalars.count { !$0.isFinite }
          throw FileError(
            path: path, action: "cannot use the weights",
            reason: "\(place.name) holds \(value) in \(count) of \(scalars.count) places")
        }
        store[place.parameter] = scalars
      }
    }
  }
}
