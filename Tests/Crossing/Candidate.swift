import EBMCore
import FileFormats

/// A component as it stands in a composition: small, so that training it three times takes a moment.
struct Candidate: Hashable {
  let family: ComponentFamily
  /// What it is called in tables: `sampler.mala`, or `sampler.masked(sampler=hmc)` for one inside another.
  let name: String
  let value: JSONValue

  static func == (left: Candidate, right: Candidate) -> Bool { left.name == right.name }
  func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// Every registered component, and each that holds others with each component that it may hold.
struct CandidateTable {
  let all: [Candidate]
  /// Pairs of a component and one inside it.
  let wrapped: [(outer: String, inner: String, candidate: Candidate)]

  /// - Parameter files: values of settings without which a component cannot be used, by full name.
  init(_ registry: ComponentRegistry, settings given: [String: JSONObject]) {
    var (all, wrapped) = ([Candidate](), [(String, String, Candidate)]())
    for entry in registry.entries() {
      let value = CandidateTable.small(entry, given[entry.fullName] ?? [:])
      all.append(Candidate(family: entry.family, name: entry.fullName, value: .object(value)))
      for setting in entry.settings {
        guard let family = setting.allowed.partFamily else { continue }
        for inner in registry.entries(in: family) where inner.fullName != entry.fullName {
          var outer = value
          let part = JSONValue.object(CandidateTable.small(inner, given[inner.fullName] ?? [:]))
          outer[setting.key] = setting.allowed.isPartList ? .array([part]) : part
          wrapped.append(
            (
              entry.fullName, inner.fullName,
              Candidate(
                family: entry.family, name: "\(entry.fullName)(\(setting.key)=\(inner.name))", value: .object(outer))
            ))
        }
      }
    }
    (self.all, self.wrapped) = (all, wrapped)
  }

  func members(_ family: ComponentFamily) -> [Candidate] { all.filter { $0.family == family } }

  /// A component with counts that are no larger than a trial needs.
  private static func small(_ entry: ComponentRegistry.Entry, _ given: JSONObject) -> JSONObject {
    var value = JSONObject([("type", .string(entry.name))])
    for setting in entry.settings {
      if let number = given[setting.key] {
        value[setting.key] = number
      } else if case .integersBetween(let lower, _) = setting.allowed,
        let usual = entry.defaults[setting.key]?.integerValue,
        usual > 4, entry.family != .dataset
      {
        value[setting.key] = .integer(
          max(lower, ["capacity", "width", "embedding"].contains(setting.key) ? usual : 4))
      }
    }
    return value
  }
}

extension AllowedValues {
  /// The family of the components that a setting holds; nil where it holds none.
  var partFamily: ComponentFamily? {
    switch self {
    case .component(let family): family
    case .optional(let inner): inner.partFamily
    case .list(let element, _): element.partFamily
    default: nil
    }
  }

  var isPartList: Bool {
    switch self {
    case .list(let element, _): element.partFamily != nil
    case .optional(let inner): inner.isPartList
    default: false
    }
  }
}
