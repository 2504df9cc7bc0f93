/// Named JSON values in a fixed order, each name once.
///
/// Lookup is linear: settings have a dozen keys, and their order matters more. Two objects are equal when
/// they hold the same members, in whatever order.
public struct JSONObject: Sendable {
  /// The members in order.
  public private(set) var members: [(key: String, value: JSONValue)] = []

  /// An object without members.
  public init() {}

  /// An object with these members in this order; of a repeated key the last value counts.
  ///
  /// - Parameter members: names and values.
  public init(_ members: [(String, JSONValue)]) {
    for (key, value) in members { self[key] = value }
  }

  /// An object with these members, whose names are known to differ: in time proportional to their number.
  init(distinct members: [(key: String, value: JSONValue)]) { self.members = members }

  /// The names in order.
  public var keys: [String] { members.map(\.key) }

  /// How many members there are.
  public var count: Int { members.count }

  /// Whether there is no member.
  public var isEmpty: Bool { members.isEmpty }

  /// The member of that name. Setting a new one appends it, setting nil removes it.
  ///
  /// - Parameter key: the member's name.
  public subscript(key: String) -> JSONValue? {
    get { members.first { $0.key == key }?.value }
    set {
      let index = members.firstIndex { $0.key == key }
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append((key, value))
      case (nil, nil): break
      }
    }
  }
}

extension JSONObject: Equatable {
  /// Whether both hold the same members, in whatever order.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.count == right.count && left.members.allSatisfy { right[$0.key] == $0.value }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// An object, its keys in the order written; of a repeated key the last value counts.
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
