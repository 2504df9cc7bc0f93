/// One line of a component's table of settings: its key, its meaning, what it may be.
///
/// The table drives everything that is done with settings from outside: checking, messages, `describe`.
///
/// ```swift
/// static let settings = [
///   Setting("steps", "Langevin steps a chain", .integers(1...)),
///   Setting("stepSize", "step size ε of x ← x − ε²/2 ∇E + ε ξ", .positive),
/// ]
/// ```
public struct Setting: Sendable {
  /// The name in recipes: the property's name.
  public let key: String
  /// What it does, in one line.
  public let meaning: String
  /// Which values it takes.
  public let allowed: AllowedValues

  /// A line of the table.
  ///
  /// - Parameters:
  ///   - key: the name in recipes, which is the name of the stored property.
  ///   - meaning: what it does, in one line, with the unit where there is one.
  ///   - allowed: which values it takes.
  public init(_ key: String, _ meaning: String, _ allowed: AllowedValues) {
    self.key = key
    self.meaning = meaning
    self.allowed = allowed
  }
}

/// A value that is set from recipes and command lines through a table of settings.
///
/// ## Requirements on conforming types
/// - The keys that the value encodes to are exactly the keys of ``settings``. Registration checks it.
/// - The defaults of `init()` are allowed by the table. Registration checks it.
/// - Encoding and decoding give the same value again.
public protocol Configurable: Codable, Sendable {
  /// The table of settings, in the order in which they are shown.
  static var settings: [Setting] { get }

  /// A value with every default.
  init()

  /// Settings that are each allowed but do not go together, a clear line each, such as
  /// `minimum 3.0 is above maximum 2.0`. None by default.
  func conflicts() -> [String]
}

extension Configurable {
  /// None.
  public func conflicts() -> [String] { [] }
}
