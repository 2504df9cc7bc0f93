public import Networks
public import Tensors

/// What becomes of gradients on the way to an update: the family `transform`.
///
/// ```
/// g₀ = ∇L(θ);  gᵢ = tᵢ(gᵢ₋₁, θ);  θ ← θ − gₙ
/// ```
/// Transforms chain, as in Optimisers.jl and optax: what one gives the next one takes, and what the last one gives is
/// subtracted from the weights. One that ends in a step of the right size is an ``Optimizer`` and may stand alone; it is
/// a transform like any other.
///
/// ## Requirements on conforming types
/// - All that a rule keeps from one update to the next is declared in its scope, as parameters of kind `state`: then a
///   resumed run goes on with the same bits.
/// - Results have the shapes of the gradients, in their order.
public protocol GradientTransform: Component {
  /// Declares what the transform keeps for these weights, and gives the traced rule.
  ///
  /// - Parameters:
  ///   - weights: those of one network. Each network has a rule of its own: norms are those of one network's gradient.
  ///   - scope: where the rule's state lives.
  func rule(for weights: WeightGroup, in scope: ParameterScope) -> UpdateRule
}

extension GradientTransform {
  public static var family: ComponentFamily { .transform }
}

/// The weights of one of the networks that are trained.
public struct WeightGroup: Sendable {
  /// What is trained.
  public enum Network: String, Sendable, CaseIterable {
    /// The energy, and what the objective learns beside it, such as ln Z.
    case energy
    /// Where chains start.
    case initializer
  }

  /// Whose they are.
  public let network: Network
  /// The weights, in the order of gradients and of steps.
  public let parameters: [Parameter]

  /// Weights of a network.
  public init(_ network: Network, _ parameters: [Parameter]) {
    self.network = network
    self.parameters = parameters
  }

  /// Declares a tensor of zeros for each weight, such as its momentum: `<name>.<weight>` in the scope.
  public func state(_ name: String, in scope: ParameterScope) -> [Parameter] {
    parameters.map { scope[name].parameter($0.name, shape: $0.shape, kind: .state, .constant(0)) }
  }
}

/// A rate of update n = 0, 1, … of `total`, computed by the host.
public typealias ScheduledRate = @Sendable (_ iteration: Int, _ total: Int) -> Double

/// A transform of gradients as a traced function.
public struct UpdateRule: Sendable {
  /// What the rule knows beside the gradients.
  public struct Inputs: Sendable {
    /// The weights before the update, in the order of the gradients.
    public let weights: [Tensor]
    /// The number of the update from 1, a scalar.
    public let number: Tensor
    /// The rule's rates at this update, scalars, in their order.
    public let rates: [Tensor]

    /// The inputs of an update.
    public init(weights: [Tensor], number: Tensor, rates: [Tensor] = []) {
      self.weights = weights
      self.number = number
      self.rates = rates
    }
  }

  /// What becomes of the gradients, and assignments of the rule's own state.
  public typealias Function =
    @Sendable (
      _ gradients: [Tensor], _ inputs: Inputs, _ context: inout Context
    ) -> [Tensor]

  /// The rates that it takes, such as a learning rate that follows a schedule.
  public let rates: [ScheduledRate]
  private let function: Function

  /// A rule.
  ///
  /// - Parameters:
  ///   - rates: what it takes from the host at each update; nothing by default.
  ///   - function: traced once.
  public init(rates: [ScheduledRate] = [], _ function: @escaping Function) {
    self.rates = rates
    self.function = function
  }

  /// Applies the rule.
  public func callAsFunction(_ gradients: [Tensor], _ inputs: Inputs, _ context: inout Context) -> [Tensor] {
    function(gradients, inputs, &context)
  }

  /// One rule after the other.
  public static func chain(_ rules: [UpdateRule]) -> UpdateRule {
    UpdateRule(rates: rules.flatMap(\.rates)) { gradients, inputs, context in
      var rates = inputs.rates[...]
      return rules.reduce(gradients) { gradients, rule in
        let own = Inputs(
          weights: inputs.weights, number: inputs.number, rates: Array(rates.prefix(rule.rates.count)))
        rates = rates.dropFirst(rule.rates.count)
        return rule(gradients, own, &context)
      }
    }
  }
}

extension [Tensor] {
  /// The Euclidean norm of all elements of all tensors together, a scalar.
  public var globalNorm: Tensor { map { $0.squared().sum() }.reduce(Tensor(0), +).squareRoot() }

  /// The tensors, all scaled down by the same factor where their norm is above a limit.
  ///
  /// - Parameters:
  ///   - norm: their ``globalNorm``.
  ///   - limit: the longest norm that stays as it is.
  public func clipped(norm: Tensor, to limit: Float) -> [Tensor] {
    let factor = limit / Tensor.maximum(norm, Tensor(limit))
    return map { $0 * factor }
  }
}
