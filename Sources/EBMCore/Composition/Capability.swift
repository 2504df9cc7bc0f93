/// What a part of a pipeline can offer to the others, which ask for it with a ``Need``.
public enum Capability: String, Sendable, Hashable, CaseIterable {
  /// An energy: its gradient with respect to points exists.
  case gradient
  /// An energy or a network: it knows the noise level of a point. An objective: it tells the level.
  case levels
  /// An energy or a network: it knows the class of a point. An objective: it tells the class.
  case classes
  /// An energy: it is made from class scores; see ``ClassifierFunction``.
  case classScores
  /// An objective: it gives chains a batch of data to start at: ``StartRequest/data``.
  case data
  /// An objective: it gives chains noisier points to start from: ``StartRequest/noisy``.
  case noisierPoints
  /// An initializer: it keeps chains from step to step.
  case keptChains

  /// Who offers it, in words after a name: `knows noise levels`.
  var ofPart: String {
    switch self {
    case .gradient: "has a gradient"
    case .levels: "knows noise levels"
    case .classes: "knows classes"
    case .classScores: "is made from class scores"
    case .data: "gives chains data to start at"
    case .noisierPoints: "gives chains noisier points to start from"
    case .keptChains: "keeps chains"
    }
  }

  /// What is given with it, in words after `needs`: `noise levels`.
  var thing: String {
    switch self {
    case .gradient: "a gradient"
    case .levels: "noise levels"
    case .classes: "a class for each chain"
    case .classScores: "class scores"
    case .data: "data to start at"
    case .noisierPoints: "noisier points to start from"
    case .keptChains: "kept chains"
    }
  }
}
