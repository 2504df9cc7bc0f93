import EBMCore
import Foundation
import Networks
import Testing

/// A multilayer perceptron of the parameters of a probe, in double precision.
struct PerceptronReference {
  private let layers: [(weight: [Double], bias: [Double])]
  private let head: (weight: [Double], bias: [Double])
  /// The map of one-hot labels, and the map of the embedding into each layer; empty for networks without classes.
  private let label: (weight: [Double], bias: [Double])?
  private let conditions: [[Double]]
  private let activation: Activation

  init(_ probe: Probe, layers count: Int, activation: Activation = .silu) throws {
    func linear(_ name: String) throws -> (weight: [Double], bias: [Double]) {
      (try #require(probe.values(name + ".weight")), try #require(probe.values(name + ".bias")))
    }
    layers = try (0..<count).map { try linear("layers.\($0)") }
    head = try linear("head")
    label = probe.values("label.weight") == nil ? nil : try linear("label")
    conditions = (0..<count).compactMap { probe.values("conditions.\($0).weight") }
    self.activation = activation
  }

  private func activated(_ x: Double) -> Double { activation == .tanh ? tanh(x) : x / (1 + exp(-x)) }

  /// Outputs of the last layer; `feature` is the class.
  func outputs(_ x: [Double], feature: Int?) -> [Double] {
    var embedding: [Double] = []
    if let label, let feature {
      let columns = label.weight.count / label.bias.count
      embedding = label.bias.indices.map { activated(label.weight[$0 * columns + feature] + label.bias[$0]) }
    }
    var h = x
    for (index, layer) in layers.enumerated() {
      var next = product(layer.weight, h, layer.bias)
      if !embedding.isEmpty { next = product(conditions[index], embedding, next) }
      h = next.map(activated)
    }
    return product(head.weight, h, head.bias)
  }

  /// W x + b.
  private func product(_ weight: [Double], _ x: [Double], _ bias: [Double]) -> [Double] {
    bias.indices.map { row in x.indices.reduce(bias[row]) { $0 + weight[row * x.count + $1] * x[$1] } }
  }
}
