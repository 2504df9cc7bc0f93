internal import Foundation
internal import Networks
public import Tensors

/// Parameters' values as safetensors files: weights and buffers in one, the training's own state in another.
public enum Checkpoints {
  private static let files: [(name: String, kinds: Set<Parameter.Kind>)] = [
    ("weights.safetensors", [.weight, .buffer]), ("state.safetensors", [.state]),
  ]

  /// Writes the values of the parameters into a folder.
  public static func write(
    _ parameters: [Parameter], _ store: ParameterStore, to folder: String, metadata: [String: String] = [:]
  ) throws {
    for (name, kinds) in files {
      var file = Safetensors(metadata: metadata)
      file.metadata["format"] = "swift-ebm"
      file.metadata["sign"] = "p(x) ∝ exp(−E(x))"
      for parameter in parameters where kinds.contains(parameter.kind) {
        file.tensors[parameter.name] = store[parameter].map { Tensor($0, shape: parameter.shape) }
      }
      try file.write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
  }

  /// Reads the values of the parameters from a folder.
  ///
  /// - Throws: when a file cannot be read, lacks a parameter, or holds one of another shape.
  public static func read(_ parameters: [Parameter], into store: ParameterStore, from folder: String) throws {
    for (name, kinds) in files {
      let wanted = parameters.filter { kinds.contains($0.kind) }
      if wanted.isEmpty { continue }
      let path = "\(folder)/\(name)"
      let file = try Safetensors(contentsOf: URL(fileURLWithPath: path))
      for parameter in wanted {
        guard let tensor = file.tensors[parameter.name], tensor.shape == parameter.shape else {
          throw ConfigurationError(
            path: "\(path): \(parameter.name)", found: file.tensors[parameter.name].map { "\($0.shape)" } ?? "nothing",
            expected: "a tensor of shape \(parameter.shape)")
        }
        store[parameter] = tensor.scalars
      }
    }
  }
}
