internal import EBMCore

/// Components that are stored in a component.
enum PartsInside {
  /// A registry that knows a component and what is stored in it.
  ///
  /// - Returns: as far as the components can be registered; their own problems are the settings check's to find.
  static func registry(for component: some Component) -> ComponentRegistry {
    var registry = ComponentRegistry()
    var seen: Set<ObjectIdentifier> = []
    add(component, to: &registry, &seen)
    visit(component, depth: 6) { add($0, to: &registry, &seen) }
    return registry
  }

  /// The components stored in a component, at any depth.
  static func components(of component: some Component) -> [any Component] {
    var found: [any Component] = []
    visit(component, depth: 6) { found.append($0) }
    return found
  }

  private static func add(
    _ component: any Component, to registry: inout ComponentRegistry, _ seen: inout Set<ObjectIdentifier>
  ) {
    let type = type(of: component)
    guard seen.insert(ObjectIdentifier(type)).inserted else { return }
    do { try registry.add(type) } catch { seen.insert(ObjectIdentifier(type)) }
  }

  /// Property wrappers, optionals and lists are all looked into.
  private static func visit(_ value: Any, depth: Int, _ found: (any Component) -> Void) {
    if depth == 0 { return }
    for child in Mirror(reflecting: value).children {
      if let component = child.value as? any Component { found(component) }
      visit(child.value, depth: depth - 1, found)
    }
  }
}
