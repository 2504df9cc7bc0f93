internal import FileFormats

extension JSONValue {
  /// The typed form of a value, its parts looked up in a registry.
  ///
  /// Decodes as it stands: no defaults are filled in, no ranges are checked
  /// (``ComponentRegistry/component(_:as:at:)`` does).
  ///
  /// - Parameters:
  ///   - type: what to decode.
  ///   - path: where the value stands, for messages.
  ///   - registry: where components named inside the value are looked up.
  /// - Throws: a ``ConfigurationError`` with the path of the first thing that does not fit the type.
  package func decoded<T: Decodable>(
    as type: T.Type, at path: String = "", with registry: ComponentRegistry = ComponentRegistry()
  ) throws(ConfigurationError) -> T {
    do {
      return try ValueDecoder(value: self, path: path, registry: registry).decode(type)
    } catch { throw ConfigurationError(from: error, path: path) }
  }
}

extension ConfigurationError {
  /// Any error, as a configuration error: those of this kind unchanged, decoding errors by their description.
  init(from error: any Error, path: String) {
    switch error {
    case let error as ConfigurationError: self = error
    case let error as DecodingError:
      switch error {
      case .dataCorrupted(let context), .typeMismatch(_, let context), .valueNotFound(_, let context),
        .keyNotFound(_, let context):
        self.init(path: path, what: context.debugDescription)
      @unknown default: self.init(path: path, what: "\(error)")
      }
    default: self.init(path: path, what: "\(error)")
    }
  }
}

/// The decoder that values see. Every error carries the path of the value it is about.
struct ValueDecoder: Decoder {
  let value: JSONValue
  let path: String
  let registry: ComponentRegistry
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard let object = value.objectValue else { throw mismatch("an object") }
    return KeyedDecodingContainer(KeyedContainer<Key>(decoder: self, object: object))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard let elements = value.arrayValue else { throw mismatch("a list") }
    return UnkeyedContainer(decoder: self, elements: elements)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer { SingleContainer(decoder: self) }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    let scalar: Any
    switch type {
    case is JSONValue.Type: scalar = value
    case is Bool.Type: scalar = try require(value.boolValue, "true or false")
    case is String.Type: scalar = try require(value.stringValue, "text")
    case is Double.Type: scalar = try require(value.numberValue, "a number")
    case is Float.Type:
      let float = Float(try require(value.numberValue, "a number"))
      scalar = try require(float.isFinite ? float : nil, "a number that fits 32 bits")
    case let integer as any FixedWidthInteger.Type: scalar = try decodeInteger(integer)
    default: return try located { try T(from: self) }
    }
    return try require(scalar as? T, "\(type)")
  }

  /// The decoder of a member or element.
  func inner(_ value: JSONValue, _ key: String) -> ValueDecoder {
    ValueDecoder(value: value, path: joinedPath(path, key), registry: registry)
  }

  func mismatch(_ expected: String) -> ConfigurationError {
    ConfigurationError(path: path, found: value.excerpt, expected: expected)
  }

  private func decodeInteger<I: FixedWidthInteger>(_ type: I.Type) throws -> I {
    let integer = try require(value.integerValue, "an integer")
    return try require(I(exactly: integer), "an integer from \(I.min) to \(I.max)")
  }

  private func require<T>(_ value: T?, _ expected: String) throws -> T {
    guard let value else { throw mismatch(expected) }
    return value
  }

  /// Gives errors of a type's own `init(from:)`, such as an enum's, the path they happened at.
  private func located<T>(_ decode: () throws -> T) throws -> T {
    do { return try decode() } catch { throw ConfigurationError(from: error, path: path) }
  }

  private struct SingleContainer: SingleValueDecodingContainer {
    let decoder: ValueDecoder
    var codingPath: [any CodingKey] { [] }
    func decodeNil() -> Bool { decoder.value == .null }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoder.decode(type) }
  }

  private struct UnkeyedContainer: UnkeyedDecodingContainer {
    let decoder: ValueDecoder
    let elements: [JSONValue]
    var currentIndex = 0
    var codingPath: [any CodingKey] { [] }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex == elements.count }

    init(decoder: ValueDecoder, elements: [JSONValue]) {
      self.decoder = decoder
      self.elements = elements
    }

    private mutating func next() throws -> ValueDecoder {
      guard currentIndex < elements.count else { throw decoder.mismatch("more than \(elements.count) elements") }
      defer { currentIndex += 1 }
      return decoder.inner(elements[currentIndex], String(currentIndex))
    }

    mutating func decodeNil() throws -> Bool {
      guard currentIndex < elements.count, elements[currentIndex] == .null else { return false }
      currentIndex += 1
      return true
    }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next().decode(type) }
    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> { try next().container(keyedBy: type) }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try next() }
  }

  private struct KeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: ValueDecoder
    let object: JSONObject
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { object.keys.compactMap { Key(stringValue: $0) } }

    private func member(_ key: String) throws -> ValueDecoder {
      guard let value = object[key] else {
        throw ConfigurationError(path: joinedPath(decoder.path, key), what: "this setting is missing")
      }
      return decoder.inner(value, key)
    }

    func contains(_ key: Key) -> Bool { object[key.stringValue] != nil }
    func decodeNil(forKey key: Key) throws -> Bool { object[key.stringValue] == .null }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
      try member(key.stringValue).decode(type)
    }
    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { try member(key.stringValue).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
      try member(key.stringValue).unkeyedContainer()
    }
    func superDecoder() throws -> any Decoder { try member("super") }
    func superDecoder(forKey key: Key) throws -> any Decoder { try member(key.stringValue) }
  }
}

extension Decoder {
  /// The components that are known where a component is read from a recipe; nil elsewhere.
  public var componentRegistry: ComponentRegistry? { (self as? ValueDecoder)?.registry }
}
