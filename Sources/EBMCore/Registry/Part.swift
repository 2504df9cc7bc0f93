internal import FileFormats

/// A component stored in another one: `@Part("how the others move", .sampler) public var sampler: any Sampler = MALA()`.
///
/// In a recipe it is an object with `type` and the settings of that type. It is read through the registry: the
/// component of that name that is a `Value`. An optional `Value` may be `null`.
@propertyWrapper
public struct Part<Value: Sendable>: Codable, Sendable {
  /// The component.
  public var wrappedValue: Value
  /// What it is for and its family; nil in a value that was read.
  let declaration: SettingDeclaration?

  /// Stores a component, or none where it is optional.
  ///
  /// - Parameters:
  ///   - wrappedValue: the component.
  ///   - meaning: what it is for, in one line.
  ///   - family: the family it has to be of.
  public init(wrappedValue: Value, _ meaning: String, _ family: ComponentFamily) {
    self.wrappedValue = wrappedValue
    declaration = SettingDeclaration(meaning, .component(family), for: Value.self)
  }

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
    declaration = nil
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

/// A list of components stored in another one: `@Parts("what is added", .energy) public var terms: [any Energy] = […]`.
///
/// In a recipe it is a list of what ``Part`` writes.
@propertyWrapper
public struct Parts<Element: Sendable>: Codable, Sendable {
  /// The components.
  public var wrappedValue: [Element]
  /// What they are for and their family; nil in a value that was read.
  let declaration: SettingDeclaration?

  /// Stores components.
  ///
  /// - Parameters:
  ///   - wrappedValue: the components.
  ///   - meaning: what they are for, in one line.
  ///   - family: the family they have to be of.
  ///   - count: how many there may be at the least. 1.
  public init(
    wrappedValue: [Element], _ meaning: String, _ family: ComponentFamily, count: PartialRangeFrom<Int> = 1...
  ) {
    self.wrappedValue = wrappedValue
    declaration = SettingDeclaration(meaning, .list(of: .component(family), count: count), for: [Element].self)
  }

  /// Reads components through the registry of a recipe's decoder.
  ///
  /// - Throws: a ``ConfigurationError`` when no registered component of a name is an `Element`.
  public init(from decoder: any Decoder) throws {
    let decoder = try ValueDecoder.forParts(decoder)
    guard let elements = decoder.value.arrayValue else { throw decoder.mismatch("a list") }
    wrappedValue = try elements.indices.map { try decoder.inner(elements[$0], String($0)).part() }
    declaration = nil
  }

  /// Writes each component as ``Part`` does.
  ///
  /// - Precondition: each element is a ``Component``.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    for element in wrappedValue { try container.encode(EncodedPart(component: element as? any Component)) }
  }
}

extension Part: DeclaredSetting {}
extension Parts: DeclaredSetting {}

/// A component with its type, as an element of a list.
private struct EncodedPart: Encodable {
  let component: (any Component)?
  func encode(to encoder: any Encoder) throws { if let component { try encodePart(component, to: encoder) } }
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
