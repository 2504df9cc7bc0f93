import FileFormats
import Foundation
import Tensors
import Testing

/// A file of reference numbers; Fixtures/README.md says what each one holds.
struct Fixture {
  let name: String
  let tensors: [String: Tensor]

  init(_ name: String) throws {
    self.name = name
    let url = try #require(
      Bundle.module.url(forResource: name, withExtension: "safetensors", subdirectory: "Fixtures"))
    tensors = try Safetensors(contentsOf: url).tensors
  }

  subscript(tensor: String) -> Tensor {
    get throws { try #require(tensors[tensor], "\(name) holds no \(tensor)") }
  }

  /// The tensors whose names begin with the prefix, by the rest of their names.
  func group(_ prefix: String) -> [String: Tensor] {
    Dictionary(
      uniqueKeysWithValues: tensors.filter { $0.key.hasPrefix(prefix) }.map {
        (String($0.key.dropFirst(prefix.count)), $0.value)
      })
  }

  /// A store with the values of the group `state.` for these parameters, whose names `translation` gives from the
  /// authors'. Neither side may have a parameter that the other lacks.
  func store(for parameters: [Parameter], translation: (String) -> String) throws -> ParameterStore {
    let store = ParameterStore()
    var missing = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0) })
    for (name, value) in group("state.") {
      let found = missing.removeValue(forKey: translation(name))
      let parameter = try #require(found, "no parameter is called \(translation(name)), for \(name)")
      try #require(value.elementCount == parameter.shape.reduce(1, *), "\(name) has the shape \(value.shape)")
      store[parameter] = value.scalars
    }
    try #require(missing.isEmpty, "\(name) holds no values for \(missing.keys.sorted())")
    return store
  }
}

/// From the authors' parameter names to ours.
enum AuthorsNames {
  /// Of the energy network: `module_list.2.conv1.weight_orig` is `energy.blocks.1.first.weight`.
  static func energy(_ name: String) -> String {
    let parts: [String: String] = [
      "temb_map1": "level.first", "temb_map2": "level.second", "temb_map": "level", "conv1": "first", "conv2": "second",
      "short_cut": "shortcut", "g": "gain", "final_dense": "head", "weight_orig": "weight", "weight_u": "left",
      "weight_v": "right",
    ]
    return "energy." + translated(name, parts) { $0 == 0 ? "stem" : "blocks.\($0 - 1)" }
  }

  /// Of the initializer's network: `module_list.0.mlp.1.bias` is `initializer.network.blocks.0.level.bias`.
  static func initializer(_ name: String) -> String {
    let parts: [String: String] = [
      "temb_map.0": "level.first", "temb_map.2": "level.second", "mlp.1": "level", "h1": "stem", "conv1": "first",
      "conv2": "second", "norm1": "firstNorm", "norm2": "secondNorm", "final_dense": "head",
    ]
    return "initializer.network." + translated(name, parts) { "blocks.\($0)" }
  }

  private static func translated(_ name: String, _ parts: [String: String], module: (Int) -> String) -> String {
    var words = name.split(separator: ".").map(String.init)[...]
    var result: [String] = []
    while let word = words.popFirst() {
      if word == "module_list", let index = words.popFirst().flatMap({ Int($0) }) {
        result.append(module(index))
      } else if let next = words.first, let translation = parts["\(word).\(next)"] {
        words.removeFirst()
        result.append(translation)
      } else {
        result.append(parts[word] ?? word)
      }
    }
    return result.joined(separator: ".")
  }
}
