internal import FileFormats
internal import Networks
internal import Tensors

extension Pipeline {
  /// What a batch takes at the least, before anything is traced with so many rows: points, chains and their gradients.
  func batchNeed() -> MemoryNeed {
    let points = training.batch / training.microBatches
    return MemoryNeed(
      path: "training.batch", what: "\(points) points, as many chains, and gradients of both",
      numbers: [points] + dataset.space.shape, copies: 4)
  }

  /// What measuring the trained model takes: samples, data and a copy of each at work.
  ///
  /// - Parameters:
  ///   - count: points; as many as the settings say when nil.
  ///   - path: what asks for them.
  func evaluationNeed(_ count: Int? = nil, at path: String = "evaluation.count") -> MemoryNeed {
    let points = count ?? evaluation.points(dimension: dataset.space.dimension).count
    return MemoryNeed(
      path: path, what: "\(points) samples of shape \(dataset.space.shape), as many points of data, and copies",
      numbers: [points] + dataset.space.shape, copies: 4)
  }

  /// What the values of all parameters take when training starts: each is drawn, kept, and has a gradient if it is
  /// learned.
  ///
  /// - Parameters:
  ///   - model: the parameters of the model.
  ///   - state: those of the training.
  func parameterNeed(_ model: ParameterScope, state: ParameterScope) -> MemoryNeed {
    func bytes(_ parameters: [Parameter]) -> Int { MemoryNeed.bytes(of: parameters.map(\.shape)) }
    let parts = ["energy", "initializer", "objective"].map { ($0, bytes(model[$0].parameters)) }
    let largest = parts.max { $0.1 < $1.1 }?.0 ?? "energy"
    let gradients = model.parameters.filter { $0.kind == .weight }
    let (sum, overflows) = bytes(model.parameters).addingReportingOverflow(bytes(state.parameters + gradients))
    return MemoryNeed(
      path: largestSetting(of: [largest], otherwise: largest),
      what: "parameters, their gradients, averages and the optimizer's state", bytes: overflows ? .max : sum)
  }

  /// The setting that a need for memory is put down to: of all integers, and lists of them, the one that is the most times
  /// its default.
  ///
  /// - Parameters:
  ///   - sections: sections of the recipe that are looked through; all when nil.
  ///   - other: what is named when no setting is above its default.
  func largestSetting(of sections: [String]? = nil, otherwise other: String) -> String {
    var best = (path: other, factor: 1.0)
    func compare(_ value: JSONValue, _ initial: JSONValue?, at path: String) {
      switch value {
      case .integer(let size) where !path.hasSuffix(".seed"):
        let factor = Double(size) / Double(max(1, initial?.integerValue ?? Self.ordinarySize))
        if factor > best.factor { best = (path, factor) }
      case .array(let sizes) where sizes.allSatisfy { $0.isInteger }:
        func volume(_ sizes: [JSONValue]?) -> Double? { sizes?.compactMap(\.numberValue).reduce(1, +) }
        let factor = (volume(sizes) ?? 1) / (volume(initial?.arrayValue) ?? Double(Self.ordinarySize))
        if factor > best.factor { best = (path, factor) }
      case .array(let elements):
        for (index, element) in elements.enumerated() { compare(element, nil, at: "\(path).\(index)") }
      case .object(let object):
        let isSame = object[componentTypeKey] == initial?[componentTypeKey]
        for (key, value) in object.members { compare(value, isSame ? initial?[key] : nil, at: "\(path).\(key)") }
      default: break
      }
    }
    for component in components {
      let section = type(of: component).family.rawValue
      guard sections?.contains(section) ?? (type(of: component).family != .metric) else { continue }
      // What does not encode has no settings to name.
      guard let value = try? component.recipeValue() else { continue }
      compare(value, try? type(of: component).init().recipeValue(), at: section)
    }
    if sections == nil {
      compare(.integer(training.batch), .integer(TrainingSettings().batch), at: "training.batch")
    }
    return best.path
  }

  /// What a size is taken to be where no default is known.
  private static let ordinarySize = 1_024
}
