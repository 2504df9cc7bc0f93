import EBMCore
import FileFormats

/// Compositions in which every pair of components of different families meets, and every component that holds others
/// with each that it may hold; with `strength` 3 every three that a pipeline accepts, drawn at random.
///
/// A pair is put into a composition that a pipeline accepts where one is found, by changing the other parts until no
/// misfit is left; what is accepted covers all of its pairs. A pair for which none is found stands in the composition
/// with the fewest misfits, which has to be refused in plain words.
struct Plan {
  struct Item {
    let recipe: Recipe
    let names: [String]
    let isExpectedToFit: Bool
  }

  private let registry: ComponentRegistry
  private let table: CandidateTable
  private var random: SplitMix
  /// Compositions to begin from: those of the built-in recipes, as components.
  private let seeds: [[ComponentFamily: Candidate]]
  private var decoded: [String: any Component] = [:]

  static let slots: [ComponentFamily] = [
    .dataset, .schedule, .energy, .initializer, .sampler, .objective, .optimizer, .metric,
  ]

  init(_ registry: ComponentRegistry, settings: [String: JSONObject], seed: UInt64) throws {
    self.registry = registry
    table = CandidateTable(registry, settings: settings)
    random = SplitMix(state: seed)
    let table = table
    seeds = try registry.recipes.map { built in
      let recipe = try Recipe(sections: built.sections).resolved(with: registry)
      var parts: [ComponentFamily: Candidate] = [:]
      for family in Plan.slots where family != .metric {
        guard let name = recipe.sections[family.rawValue]?["type"]?.stringValue else { continue }
        parts[family] = table.members(family).first { $0.name == "\(family.rawValue).\(name)" }
      }
      return parts
    }
  }

  // MARK: Pairs

  mutating func pairs() -> (items: [Item], pairs: Int, accepted: Int, refused: Int) {
    var items: [Item] = []
    var covered: Set<[String]> = []
    var all: [[Candidate]] = []
    for (index, first) in Plan.slots.enumerated() {
      for second in Plan.slots.dropFirst(index + 1) {
        for a in table.members(first) { for b in table.members(second) { all.append([a, b]) } }
      }
    }
    var accepted = 0
    all.shuffle(using: &random)
    for pair in all where !covered.contains(Plan.key(pair)) {
      let (parts, misfits) = completed(pair)
      items.append(item(parts, fits: misfits == 0))
      if misfits > 0 { continue }
      let members = parts.values.sorted { $0.name < $1.name }
      for (place, one) in members.enumerated() {
        for other in members.dropFirst(place + 1) where covered.insert(Plan.key([one, other])).inserted {
          accepted += 1
        }
      }
    }
    for wrapped in table.wrapped {
      let (parts, misfits) = completed([wrapped.candidate])
      items.append(item(parts, fits: misfits == 0))
      if misfits == 0 { accepted += 1 }
    }
    let count = all.count + table.wrapped.count
    return (items, count, accepted, count - accepted)
  }

  /// So many compositions that a pipeline accepts, each with three components drawn at random, wrappers among them.
  mutating func triples(_ count: Int) -> [Item] {
    let families = Plan.slots.filter { $0 != .optimizer }
    let pool = table.all + table.wrapped.map(\.candidate)
    return (0..<count).map { _ in
      let chosen = families.shuffled(using: &random).prefix(3).compactMap { family in
        pool.filter { $0.family == family }.randomElement(using: &random)
      }
      let (parts, misfits) = completed(chosen)
      return item(parts, fits: misfits == 0)
    }
  }

  private static func key(_ pair: [Candidate]) -> [String] { pair.map(\.name).sorted() }

  private func item(_ parts: [ComponentFamily: Candidate], fits: Bool) -> Item {
    var sections = JSONObject([("name", "crossing"), ("seed", 7)])
    for family in Plan.slots {
      guard let part = parts[family] else { continue }
      sections[family == .metric ? "metrics" : family.rawValue] = family == .metric ? .array([part.value]) : part.value
    }
    sections["training"] = [
      "iterations": 3, "batch": 24, "logEvery": 1, "checkpointEvery": 0, "threads": 1, "onDivergence": "stop",
    ]
    sections["evaluation"] = ["count": 40]
    return Item(
      recipe: Recipe(sections: sections), names: Plan.slots.compactMap { parts[$0]?.name }, isExpectedToFit: fits)
  }

  // MARK: Completion

  /// Built-in recipes that a completion begins from, at most, and parts that are changed.
  private static let (beginnings, changes) = (4, 3)

  /// A whole composition with these components in it, and how many misfits are left.
  private mutating func completed(
    _ fixed: [Candidate]
  ) -> (parts: [ComponentFamily: Candidate], misfits: Int) {
    var best: (parts: [ComponentFamily: Candidate], misfits: Int)?
    for seed in seeds.shuffled(using: &random).prefix(Plan.beginnings) {
      var parts = seed
      for candidate in fixed { parts[candidate.family] = candidate }
      let found = repaired(parts, keeping: Set(fixed.map(\.family)))
      if found.misfits < best?.misfits ?? .max { best = found }
      if found.misfits == 0 { break }
    }
    return best ?? (Dictionary(uniqueKeysWithValues: fixed.map { ($0.family, $0) }), .max)
  }

  /// Changes one part after the other, none of those that are to be kept, as long as misfits become fewer.
  private mutating func repaired(
    _ start: [ComponentFamily: Candidate], keeping kept: Set<ComponentFamily>
  ) -> (parts: [ComponentFamily: Candidate], misfits: Int) {
    var parts = start
    guard var composition = composition(parts) else { return (parts, 100) }
    var count = misfits(composition, parts)
    for _ in 0..<Plan.changes where count > 0 {
      var better: (composition: Composition, parts: [ComponentFamily: Candidate], count: Int)?
      search: for family in Plan.slots.shuffled(using: &random) where !kept.contains(family) {
        if family == .metric || family == .optimizer { continue }
        let optional: [ComponentFamily] = [.schedule, .initializer, .sampler]
        let choices: [Candidate?] = (optional.contains(family) ? [nil] : []) + table.members(family).map { $0 }
        for choice in choices.shuffled(using: &random) {
          var part: (any Component)?
          if let choice {
            part = component(choice)
            if part == nil { continue }
          }
          var changed = parts
          changed[family] = choice
          let next = composition.replacing(family, with: part)
          let left = misfits(next, changed)
          if left < better?.count ?? count { better = (next, changed, left) }
          if left == 0 { break search }
        }
      }
      guard let better else { break }
      (composition, parts, count) = (better.composition, better.parts, better.count)
    }
    return (parts, count)
  }

  private mutating func composition(_ parts: [ComponentFamily: Candidate]) -> Composition? {
    var components: [any Component] = []
    for family in Plan.slots {
      guard let part = parts[family] else { continue }
      guard let component = component(part) else { return nil }
      components.append(component)
    }
    return Composition(components, batch: 24)
  }

  private mutating func misfits(_ composition: Composition, _ parts: [ComponentFamily: Candidate]) -> Int {
    let gaps = composition.gaps.count
    if gaps > 0 { return 50 + gaps }
    var levels: NoiseLevels?
    if let candidate = parts[.schedule] {
      if levelsOf[candidate.name] == nil {
        levelsOf[candidate.name] = .some(try? (component(candidate) as? any NoiseSchedule)?.noiseLevels())
      }
      guard let known = levelsOf[candidate.name], let known else { return 100 }
      levels = known
    }
    return composition.misfits(levels: levels).count
  }

  private var levelsOf: [String: NoiseLevels?] = [:]

  private mutating func component(_ candidate: Candidate) -> (any Component)? {
    if let known = decoded[candidate.name] { return known }
    guard var found = try? registry.component(candidate.value, as: candidate.family, at: candidate.family.rawValue)
    else { return nil }
    if let dataset = found as? any Dataset {
      guard let opened = try? dataset.opened() else { return nil }
      found = opened
    }
    decoded[candidate.name] = found
    return found
  }
}

/// A seeded generator, SplitMix64.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
