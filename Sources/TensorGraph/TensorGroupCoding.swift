/// Tensors are written and read as members of a ``TensorGroup`` alone: files have formats of their own.
extension Tensor: Codable {
  /// Reads the next tensor of a group.
  public init(from decoder: any Decoder) throws {
    guard let decoder = decoder as? TensorGroupDecoder else { throw TensorGroupError.outside }
    self = try decoder.reader.tensor()
  }

  /// Adds the tensor to a group's.
  public func encode(to encoder: any Encoder) throws {
    guard let encoder = encoder as? TensorGroupEncoder else { throw TensorGroupError.outside }
    encoder.writer.tensors.append(self)
  }
}

/// What keeps a value from being a group of tensors.
enum TensorGroupError: Error, CustomStringConvertible {
  case outside
  case structure(String)

  var description: String {
    switch self {
    case .outside: "tensors are coded as members of a TensorGroup alone"
    case .structure(let what): what
    }
  }
}

/// The tensors of a group, and everything else that it holds: plain values, lengths of arrays, types.
final class TensorGroupWriter {
  var tensors: [Tensor] = []
  var plain: [Any] = []

  init(_ group: some TensorGroup) {
    do { try group.encode(to: TensorGroupEncoder(writer: self)) } catch {
      preconditionFailure("\(type(of: group)): a TensorGroup is made of tensors, groups and plain values; \(error)")
    }
  }

  func write<T: Encodable>(_ value: T) throws {
    switch value {
    case let tensor as Tensor: tensors.append(tensor)
    case is Bool, is String, is any BinaryInteger, is any BinaryFloatingPoint: plain.append(value)
    default: try value.encode(to: TensorGroupEncoder(writer: self))
    }
  }
}

/// Other tensors, and the plain values of the group that they are to be put into.
final class TensorGroupReader {
  private var tensors: ArraySlice<Tensor>
  private var plain: ArraySlice<Any>

  init(tensors: [Tensor], plain: [Any]) {
    self.tensors = tensors[...]
    self.plain = plain[...]
  }

  func tensor() throws -> Tensor {
    guard let next = tensors.popFirst() else { throw TensorGroupError.structure("tensors are missing") }
    return next
  }

  func value<T>(_ type: T.Type) throws -> T {
    guard let next = plain.popFirst() as? T else { throw TensorGroupError.structure("\(T.self) is missing") }
    return next
  }

  func group(_ decoder: TensorGroupDecoder) throws -> any TensorGroup {
    guard let type = plain.popFirst() as? any TensorGroup.Type else {
      throw TensorGroupError.structure("the type of a group is missing")
    }
    return try type.init(from: decoder)
  }

  func read<T: Decodable>(_ type: T.Type) throws -> T {
    switch type {
    case is Bool.Type, is String.Type, is any BinaryInteger.Type, is any BinaryFloatingPoint.Type: try value(type)
    default: try T(from: TensorGroupDecoder(reader: self))
    }
  }
}

struct TensorGroupEncoder: Encoder {
  let writer: TensorGroupWriter
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(Keyed<Key>(writer: writer))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer { Unkeyed(writer: writer) }
  func singleValueContainer() -> any SingleValueEncodingContainer { Single(writer: writer) }

  private struct Single: SingleValueEncodingContainer {
    let writer: TensorGroupWriter
    var codingPath: [any CodingKey] { [] }
    func encodeNil() { writer.plain.append(false) }
    func encode<T: Encodable>(_ value: T) throws { try writer.write(value) }
  }

  /// An array: its length first.
  private struct Unkeyed: UnkeyedEncodingContainer {
    let writer: TensorGroupWriter
    private let place: Int
    private(set) var count = 0
    var codingPath: [any CodingKey] { [] }

    init(writer: TensorGroupWriter) {
      self.writer = writer
      place = writer.plain.count
      writer.plain.append(0)
    }

    mutating func encode<T: Encodable>(_ value: T) throws {
      count += 1
      writer.plain[place] = count
      try writer.write(value)
    }
    func encodeNil() throws { throw TensorGroupError.structure("an array of optional values") }
    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
      TensorGroupEncoder(writer: writer).container(keyedBy: type)
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { Unkeyed(writer: writer) }
    func superEncoder() -> any Encoder { TensorGroupEncoder(writer: writer) }
  }

  private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let writer: TensorGroupWriter
    var codingPath: [any CodingKey] { [] }
    func encodeNil(forKey key: Key) { writer.plain.append(false) }
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws { try writer.write(value) }
    /// Whether it is there comes first.
    func encodeIfPresent<T: Encodable>(_ value: T?, forKey key: Key) throws {
      writer.plain.append(value != nil)
      if let value { try writer.write(value) }
    }
    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> { TensorGroupEncoder(writer: writer).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { Unkeyed(writer: writer) }
    func superEncoder() -> any Encoder { TensorGroupEncoder(writer: writer) }
    func superEncoder(forKey key: Key) -> any Encoder { TensorGroupEncoder(writer: writer) }
  }
}

struct TensorGroupDecoder: Decoder {
  let reader: TensorGroupReader
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(Keyed<Key>(reader: reader))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    Unkeyed(reader: reader, count: try reader.value(Int.self))
  }
  func singleValueContainer() -> any SingleValueDecodingContainer { Single(reader: reader) }

  private struct Single: SingleValueDecodingContainer {
    let reader: TensorGroupReader
    var codingPath: [any CodingKey] { [] }
    func decodeNil() -> Bool { false }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try reader.read(type) }
  }

  private struct Unkeyed: UnkeyedDecodingContainer {
    let reader: TensorGroupReader
    let count: Int?
    private(set) var currentIndex = 0
    var codingPath: [any CodingKey] { [] }
    var isAtEnd: Bool { currentIndex == count }

    init(reader: TensorGroupReader, count: Int) {
      self.reader = reader
      self.count = count
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
      currentIndex += 1
      return try reader.read(type)
    }
    func decodeNil() -> Bool { false }
    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedDecodingContainer<Nested> {
      TensorGroupDecoder(reader: reader).container(keyedBy: type)
    }
    func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
      try TensorGroupDecoder(reader: reader).unkeyedContainer()
    }
    func superDecoder() -> any Decoder { TensorGroupDecoder(reader: reader) }
  }

  private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let reader: TensorGroupReader
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }
    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) -> Bool { false }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try reader.read(type) }
    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
      try reader.value(Bool.self) ? try reader.read(type) : nil
    }
    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedDecodingContainer<Nested> { TensorGroupDecoder(reader: reader).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
      try TensorGroupDecoder(reader: reader).unkeyedContainer()
    }
    func superDecoder() -> any Decoder { TensorGroupDecoder(reader: reader) }
    func superDecoder(forKey key: Key) -> any Decoder { TensorGroupDecoder(reader: reader) }
  }
}
