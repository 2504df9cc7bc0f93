internal import FileFormats

/// A component stored in another one: `@Part public var network: any Network`.
///
/// In a recipe it is an object with `type` and the settings of that type. It is read through the registry: the
/// component of that name that is a `Value`. An optional `Value` may be `null`.
@propertyWrapper
public struct Part<Value: Sendable>: Codable, Sendable {
  /// The component.
  public var wrappedValue: Value

  /// Stores a component.
  ///
  /// - Parameter wrappedValue: the component.
  public init(wrappedValue: Value) { self.wrappedValue = wrappedValue }

  /// Reads a component through the registry of a recipe's decoder.
  ///
  /// - Throws: a ``ConfigurationError`` when no registered component of that name is a `Value`.
  public init(from decoder: any Decoder) throws {
    let decoder = try ValueDecoder.forParts(decoder)
    if decoder.value == .null, let none = Any?.none as? Value {
      wrappedValue = none
    } else {
      wrappedValue = try decoder.part()
    }
  }

  /// Writes `type`, then the component's settings.
  public func encode(to encoder: any Encoder) throws {
    if let component = wrappedValue as? any Component {
      try encodePart(component, to: encoder)
    } else {
      var container = encoder.singleValueContainer()
      try container.encodeNil()
    }
  }
}

/// A list of components stored in another one: `@Parts public var terms: [any Energy]`.
///
/// In a recipe it is a list of what ``Part`` writes.
@propertyWrapper
public struct Parts<Element: Sendable>: Codable, Sendable {
  /// The components.
  public var wrappedValue: [Element]

  /// Stores components.
  ///
  /// - Parameter wrappedValue: the components.
  public init(wrappedValue: [Element]) { self.wrappedValue = wrappedValue }

  /// Reads components through the registry of a recipe's decoder.
  ///
  /// - Throws: a ``ConfigurationError`` when no registered component of a name is an `Element`.
  public init(from decoder: any Decoder) throws {
    let decoder = try ValueDecoder.forParts(decoder)
    guard let elements = decoder.value.arrayValue else { throw decoder.mismatch("a list") }
    wrappedValue = try elements.indices.map { try decoder.inner(elements[$0], String($0)).part() }
  }

  /// Writes each component as ``Part`` does.
  ///
  /// - Precondition: each element is a ``Component``.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    for element in wrappedValue { try container.encode(Part(wrappedValue: element)) }
  }
}

private enum PartKey: String, CodingKey { case type }

/// Writes the type and the settings into one object: the component's own container is the same one.
private func encodePart(_ component: some Component, to encoder: any Encoder) throws {
  var container = encoder.container(keyedBy: PartKey.self)
  try container.encode(type(of: component).name, forKey: .type)
  try component.encode(to: encoder)
}

extension ValueDecoder {
  /// The decoder as one that has a registry.
  static func forParts(_ decoder: any Decoder) throws -> ValueDecoder {
    guard let decoder = decoder as? ValueDecoder else {
      throw ConfigurationError(
        path: decoder.codingPath.map(\.stringValue).joined(separator: "."),
        what: "a component inside another one is read through a ComponentRegistry")
    }
    return decoder
  }

  /// The registered component that this value names, as a `Value`.
  func part<Value>() throws -> Value {
    guard let name = value[componentTypeKey]?.stringValue ?? value.stringValue else {
      throw mismatch("an object with the \"type\" of a component")
    }
    for entry in registry.entries(named: name) where entry.type.init() is Value {
      let complete: JSONValue = value.stringValue == nil ? value : .object(entry.defaults)
      if let component = try registry.decode(complete, as: entry.type, at: path) as? Value { return component }
    }
    throw ConfigurationError(path: path, what: "no component called \"\(name)\" is \(Value.self)")
  }
}
