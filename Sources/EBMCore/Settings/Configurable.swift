internal import FileFormats

/// A value that is set from recipes and command lines: a struct whose stored properties are settings.
///
/// ```swift
/// let settings = TrainingSettings { $0.iterations = 4_000 }
/// ```
///
/// ## Requirements on conforming types
/// - Every stored property that is encoded is a ``Setting``, a ``Part`` or ``Parts``. Registration checks it.
/// - The defaults are allowed. Registration checks it.
/// - Encoding and decoding, which the compiler writes, give the same value again.
public protocol Configurable: Codable, Sendable {
  /// A value with every default.
  init()

  /// Settings that are each allowed but do not go together, a clear line each, such as
  /// `minimum 3.0 is above maximum 2.0`. None by default.
  func conflicts() -> [String]
}

extension Configurable {
  /// None.
  public func conflicts() -> [String] { [] }

  /// A value with these settings, the others at their defaults: `MALA { $0.steps = 30; $0.stepSize = 0.2 }`.
  ///
  /// - Parameter configure: sets what differs.
  public init(_ configure: (inout Self) throws -> Void) rethrows {
    self.init()
    try configure(&self)
  }

  /// The table of settings, in the order in which they are declared, read off a value with every default.
  public static var settings: [SettingDescription] {
    let value = Self()
    let declared = Mirror(reflecting: value).children.compactMap { child -> (name: String, SettingDeclaration)? in
      guard let label = child.label, let declaration = (child.value as? any DeclaredSetting)?.declaration else {
        return nil
      }
      // The storage of a wrapped property is called as the property, with an underscore.
      return (String(label.drop { $0 == "_" }), declaration)
    }
    let names = declared.map(\.name)
    // Coding keys may call settings otherwise, in the same order.
    let keys = (try? JSONValue(encoding: value))?.objectValue?.keys ?? names
    let isRenamed = keys.count == names.count && Set(keys) != Set(names)
    return zip(isRenamed ? keys : names, declared).map { SettingDescription($0, $1.1.meaning, $1.1.allowed) }
  }
}
