internal import EBMCore
internal import FileFormats

extension Examination {
  /// What depends on settings: the family's checks again, briefly, with each setting at other values. A check that fails
  /// with the defaults is not repeated.
  mutating func checkBranches(of component: some Component) {
    guard let value = try? component.recipeValue(), let object = value.objectValue else { return }
    let known = Set(verdicts.filter { !$0.passed }.map(\.check))
    let changes = SettingChange.all(type(of: component).settings, of: object, registry: registry)
    var found: [String: (tried: [String], problems: [String], hints: [String])] = [:]
    func add(_ changes: [SettingChange], _ failures: [Verdict]) {
      found[changes[0].key]?.problems.append(text(changes, failures))
      found[changes[0].key]?.hints += failures.compactMap(\.hint).prefix(1)
    }
    for group in groups(of: changes, of: object, type(of: component).family) {
      guard let failures = failures(group.component, except: known) else { continue }
      for change in group.changes { found[change.key, default: ([], [], [])].tried.append(change.value.excerpt) }
      if failures.isEmpty { continue }
      // Which of the changes is at fault shows when each is made alone.
      var isExplained = false
      for change in group.changes where group.changes.count > 1 {
        guard let alone = self.component(change.applied(to: object), type(of: component).family) else { continue }
        guard let failures = self.failures(alone, except: known), !failures.isEmpty else { continue }
        isExplained = true
        add([change], failures)
      }
      if !isExplained { add(group.changes, failures) }
    }
    for setting in type(of: component).settings {
      let keys = found.keys.filter { $0 == setting.key || $0.hasPrefix(setting.key + ".") }.sorted()
      for key in keys {
        guard let (tried, problems, hints) = found[key] else { continue }
        record(
          "setting \(key)", problems.isEmpty,
          problems.isEmpty ? "all checks hold with \(tried.joined(separator: ", "))" : problems.joined(separator: "; "),
          expected: "all checks of the family, whatever the setting is",
          hint: hints.isEmpty ? nil : hints.joined(separator: "; "))
      }
    }
  }

  private func text(_ changes: [SettingChange], _ failures: [Verdict]) -> String {
    let setting = changes.map { "\($0.key) = \($0.value.excerpt)" }.joined(separator: ", ")
    let more = failures.count > 1 ? ", and \(failures.dropFirst().map(\.check).joined(separator: ", "))" : ""
    return "with \(setting), \(failures[0].check): \(failures[0].figures)\(more)"
  }

  /// The checks of the family that fail; nil for a component that refuses to be used with these settings.
  private func failures(_ component: any Component, except known: Set<String>) -> [Verdict]? {
    var brief = options
    (brief.quick, brief.isBrief) = (true, true)
    func examine(_ component: some Component) -> [Verdict]? {
      var examination = Examination(of: component, options: brief, registry: registry)
      examination.checkFamily(of: component)
      return examination.isRefused ? nil : examination.verdicts
    }
    return examine(component)?.filter { !$0.passed && !known.contains($0.check) }
  }

  /// Changes that are examined together: branches alone, numbers as many at a time as go together, each setting once.
  private func groups(
    of changes: [SettingChange], of object: JSONObject, _ family: ComponentFamily
  ) -> [(changes: [SettingChange], component: any Component)] {
    var groups: [(changes: [SettingChange], component: any Component)] = []
    for change in changes where change.isBranch {
      if let component = component(change.applied(to: object), family) { groups.append(([change], component)) }
    }
    var pending = changes.filter { !$0.isBranch }
    while !pending.isEmpty {
      var (current, taken, rest) = (object, [SettingChange](), [SettingChange]())
      var last: (any Component)?
      for change in pending {
        let next = change.applied(to: current)
        if taken.contains(where: { $0.key == change.key }) {
          rest.append(change)
        } else if let component = component(next, family) {
          (current, last) = (next, component)
          taken.append(change)
        } else if !taken.isEmpty {
          rest.append(change)
        }
      }
      guard let last else { break }
      groups.append((taken, last))
      pending = rest
    }
    return groups
  }

  /// The component with these settings; nil where they do not go together, or not with points of the plane.
  private func component(_ object: JSONObject, _ family: ComponentFamily) -> (any Component)? {
    guard let component = try? registry.component(.object(object), as: family, at: family.rawValue) else { return nil }
    guard let sampler = component as? any Sampler else { return component }
    let spaces = [SampleSpace(shape: [2]), SampleSpace(shape: [EnumerableTarget.dimension], values: .binary)]
    return spaces.contains { sampler.misfits(over: $0).isEmpty } ? component : nil
  }
}
