/// A setting of a component, declared once, where its value is stored:
///
/// ```swift
/// @Setting("steps a chain", .integers(1...)) public var steps = 15
/// @Setting("step size ε of x ← x − ε²/2 ∇E + ε ξ", .positive) public var stepSize: Float = 1
/// @Setting("what the step size is") public var stepForm = StepForm.deviation
/// ```
///
/// The property's name is the key in recipes, its initial value the default. Flags, enumerations of words and groups of
/// settings say by their type what they may be; optional values may be `null`. The wrapper encodes its value alone.
@propertyWrapper
public struct Setting<Value: Codable & Sendable>: Codable, Sendable {
  /// The value.
  public var wrappedValue: Value
  /// What it does and what it may be; nil in a value that was read.
  let declaration: SettingDeclaration?

  /// A setting.
  ///
  /// - Parameters:
  ///   - wrappedValue: the default.
  ///   - meaning: what it does, in one line, with the unit where there is one.
  ///   - allowed: which values it takes, besides `null` where it is optional.
  public init(wrappedValue: Value, _ meaning: String, _ allowed: AllowedValues) {
    self.wrappedValue = wrappedValue
    declaration = SettingDeclaration(meaning, allowed, for: Value.self)
  }

  /// A setting that is true or false.
  public init(wrappedValue: Value, _ meaning: String) where Value == Bool {
    self.init(wrappedValue: wrappedValue, meaning, .flag)
  }

  /// A setting that is one of an enumeration's words.
  public init(wrappedValue: Value, _ meaning: String)
  where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    self.init(wrappedValue: wrappedValue, meaning, .oneOf(Value.allCases.map(\.rawValue)))
  }

  /// A group of settings: an object in recipes.
  public init(wrappedValue: Value, _ meaning: String) where Value: Configurable {
    self.init(wrappedValue: wrappedValue, meaning, .group(Value.settings))
  }

  /// Reads the value.
  public init(from decoder: any Decoder) throws {
    wrappedValue = try decoder.singleValueContainer().decode(Value.self)
    declaration = nil
  }

  /// Writes the value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue)
  }
}

extension Setting: Equatable where Value: Equatable {
  /// Whether the values are equal.
  public static func == (left: Setting, right: Setting) -> Bool { left.wrappedValue == right.wrappedValue }
}

/// What a property wrapper of settings says of itself.
struct SettingDeclaration: Sendable {
  let meaning: String
  let allowed: AllowedValues

  /// - Parameter type: of the value; an optional one may be `null` besides what is allowed.
  init<Value>(_ meaning: String, _ allowed: AllowedValues, for type: Value.Type) {
    self.meaning = meaning
    self.allowed = type is any OptionalValue.Type ? .optional(allowed) : allowed
  }
}

/// Optional values, whatever they are of.
private protocol OptionalValue {}
extension Optional: OptionalValue {}

/// A property wrapper that declares a setting: ``Setting``, ``Part`` or ``Parts``.
protocol DeclaredSetting {
  var declaration: SettingDeclaration? { get }
}

extension Setting: DeclaredSetting {}

/// One line of a table of settings: its key, its meaning, what it may be.
///
/// The table drives everything that is done with settings from outside: checking, messages, `describe`.
public struct SettingDescription: Sendable {
  /// The name in recipes: the property's name.
  public let key: String
  /// What it does, in one line.
  public let meaning: String
  /// Which values it takes.
  public let allowed: AllowedValues

  /// A line of a table.
  public init(_ key: String, _ meaning: String, _ allowed: AllowedValues) {
    self.key = key
    self.meaning = meaning
    self.allowed = allowed
  }
}
