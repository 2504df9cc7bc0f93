extension Component {
  /// What a component that holds this one has to say where it lacks a capability: a line, or nothing.
  ///
  /// - Parameters:
  ///   - capability: what it should have.
  ///   - key: the setting of the holder.
  ///   - holder: the holder's name.
  public func lacking(_ capability: Capability, at key: String, for holder: String) -> [ConfigurationProblem] {
    if offers.contains(capability) { return [] }
    return [
      ConfigurationProblem(
        path: key,
        what: "\(holder) needs \(Self.family.phrase) that \(capability.ofPart), which \(Self.name) does not")
    ]
  }
}

extension Array where Element == any Energy {
  /// What all of them offer. Levels and classes that one of them knows are known by what is made of all. Scores of classes
  /// are none of sums any more.
  public var sharedOffers: Set<Capability> {
    let all = map(\.offers)
    let any = all.reduce(into: Set<Capability>()) { $0.formUnion($1) }
    return all.reduce(any) { $0.intersection($1) }.union(any.intersection([.levels, .classes]))
      .subtracting([.classScores])
  }
}
