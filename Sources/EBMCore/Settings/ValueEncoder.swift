public import FileFormats

extension JSONValue {
  /// The JSON form of a value.
  ///
  /// Differs from Foundation's encoder where settings need it: keys keep the order in which they are declared,
  /// an optional without a value is `null` instead of missing, and a `Float` is written as the shortest text
  /// that reads back to it (0.001, not 0.0010000000474974513).
  ///
  /// - Parameters:
  ///   - value: what to encode.
  ///   - path: where it stands, for messages.
  /// - Throws: a ``ConfigurationError`` for a number that is not finite, an integer beyond 64 bits with sign, or
  ///   whatever the value's own `encode(to:)` throws.
  public init(encoding value: some Encodable, path: String = "") throws(ConfigurationError) {
    let node = EncodedNode(path: path)
    do { try node.write(value) } catch { throw ConfigurationError(from: error, path: path) }
    self = node.value
  }
}

/// A place that one value is encoded into. A class, because encoding containers write into a shared place.
final class EncodedNode {
  private enum Content {
    case empty
    case scalar(JSONValue)
    case object([(key: String, node: EncodedNode)])
    case array([EncodedNode])
  }

  let path: String
  private var content = Content.empty

  init(path: String) { self.path = path }

  /// What was written; a value that wrote nothing is an empty object.
  var value: JSONValue {
    switch content {
    case .empty: .object(JSONObject())
    case .scalar(let value): value
    case .object(let members): .object(JSONObject(members.map { ($0.key, $0.node.value) }))
    case .array(let nodes): .array(nodes.map(\.value))
    }
  }

  var count: Int {
    if case .array(let nodes) = content { nodes.count } else { 0 }
  }

  func beginObject() {
    if case .object = content { return }
    content = .object([])
  }

  func beginArray() {
    if case .array = content { return }
    content = .array([])
  }

  func member(_ key: String) -> EncodedNode {
    let node = EncodedNode(path: joinedPath(path, key))
    if case .object(let members) = content { content = .object(members + [(key, node)]) }
    return node
  }

  func element() -> EncodedNode {
    let node = EncodedNode(path: joinedPath(path, String(count)))
    if case .array(let nodes) = content { content = .array(nodes + [node]) }
    return node
  }

  func write(null: Void) { content = .scalar(.null) }

  func write<T: Encodable>(_ value: T) throws {
    switch value {
    case let value as JSONValue: content = .scalar(value)
    case let value as Bool: content = .scalar(.bool(value))
    case let value as String: content = .scalar(.string(value))
    case let value as Double: content = .scalar(.number(try finite(value)))
    case let value as Float:
      // The shortest decimal; should rounding it to Double first ever give another Float, the exact value.
      let shortest = Double(try finite(value).description) ?? Double(value)
      content = .scalar(.number(Float(shortest) == value ? shortest : Double(value)))
    case let value as any BinaryInteger:
      guard let integer = Int(exactly: value) else {
        throw ConfigurationError(path: path, found: "\(value)", expected: "an integer that fits 64 bits with sign")
      }
      content = .scalar(.integer(integer))
    default: try value.encode(to: ValueEncoder(node: self))
    }
  }

  private func finite<T: BinaryFloatingPoint & CustomStringConvertible>(_ value: T) throws -> T {
    if value.isFinite { return value }
    throw ConfigurationError(path: path, found: value.description, expected: "a finite number")
  }
}

/// The encoder that values see.
struct ValueEncoder: Encoder {
  let node: EncodedNode
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    node.beginObject()
    return KeyedEncodingContainer(KeyedContainer<Key>(node: node))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    node.beginArray()
    return UnkeyedContainer(node: node)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { SingleContainer(node: node) }

  private struct SingleContainer: SingleValueEncodingContainer {
    let node: EncodedNode
    var codingPath: [any CodingKey] { [] }
    mutating func encodeNil() throws { node.write(null: ()) }
    mutating func encode<T: Encodable>(_ value: T) throws { try node.write(value) }
  }

  private struct UnkeyedContainer: UnkeyedEncodingContainer {
    let node: EncodedNode
    var codingPath: [any CodingKey] { [] }
    var count: Int { node.count }
    mutating func encodeNil() throws { node.element().write(null: ()) }
    mutating func encode<T: Encodable>(_ value: T) throws { try node.element().write(value) }
    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type
    ) -> KeyedEncodingContainer<Nested> { ValueEncoder(node: node.element()).container(keyedBy: type) }
    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
      ValueEncoder(node: node.element()).unkeyedContainer()
    }
    mutating func superEncoder() -> any Encoder { ValueEncoder(node: node.element()) }
  }

  private struct KeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: EncodedNode
    var codingPath: [any CodingKey] { [] }
    mutating func encodeNil(forKey key: Key) throws { node.member(key.stringValue).write(null: ()) }
    mutating func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
      try node.member(key.stringValue).write(value)
    }
    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> { ValueEncoder(node: node.member(key.stringValue)).container(keyedBy: type) }
    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
      ValueEncoder(node: node.member(key.stringValue)).unkeyedContainer()
    }
    mutating func superEncoder() -> any Encoder { ValueEncoder(node: node.member("super")) }
    mutating func superEncoder(forKey key: Key) -> any Encoder { ValueEncoder(node: node.member(key.stringValue)) }

    // The standard library's versions of these leave out an optional without a value. They are spelled out for
    // each type because the library has one for each, which would be chosen before a generic one.
    private mutating func write<T: Encodable>(_ value: T?, _ key: Key) throws {
      if let value { try encode(value, forKey: key) } else { try encodeNil(forKey: key) }
    }
    mutating func encodeIfPresent<T: Encodable>(_ value: T?, forKey key: Key) throws { try write(value, key) }
    mutating func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try write(value, key) }
    mutating func encodeIfPresent(_ value: String?, forKey key: Key) throws { try write(value, key) }
    mutating func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try write(value, key) }
    mutating func encodeIfPresent(_ value: Float?, forKey key: Key) throws { try write(value, key) }
    mutating func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try write(value, key) }
    mutating func encodeIfPresent(_ value: Int8?, forKey key: Key) throws { try write(value, key) }
    mutating func encodeIfPresent(_ value: Int16?, forKey key: Key) throws { try write(value, key) }
    mutating func encodeIfPresent(_ value: Int32?, forKey key: Key) throws { try write(value, key) }
    mutating func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { try write(value, key) }
    mutating func encodeIfPresent(_ value: UInt?, forKey key: Key) throws { try write(value, key) }
    mutating func encodeIfPresent(_ value: UInt8?, forKey key: Key) throws { try write(value, key) }
    mutating func encodeIfPresent(_ value: UInt16?, forKey key: Key) throws { try write(value, key) }
    mutating func encodeIfPresent(_ value: UInt32?, forKey key: Key) throws { try write(value, key) }
    mutating func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws { try write(value, key) }
  }
}
