/// Something that plugins offer beside components and recipes: a command, a panel of reports, a template of projects.
///
/// The registry keeps items and knows nothing of their kinds; whoever uses a kind asks for it with
/// ``ComponentRegistry/items(of:)``.
public protocol PluginItem: Sendable {
  /// The word for what it is, such as `command`; names are unique in their kind.
  static var kind: String { get }
  /// Its name: lower-case words joined by hyphens.
  var name: String { get }
  /// What it is, in one line.
  var summary: String { get }
}

extension ComponentRegistry {
  /// An item and where it comes from.
  public struct Origin<Item: Sendable>: Sendable {
    /// The item.
    public let item: Item
    /// The plugin that added it.
    public let plugin: String
  }
}
