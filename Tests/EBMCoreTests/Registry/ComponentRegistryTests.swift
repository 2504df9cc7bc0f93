import EBMCore
import TestSupport
import Testing

@Suite struct ComponentRegistryTests {
  @Test func listsSortedWithOrigin() throws {
    let registry = try fakeRegistry()
    #expect(registry.entries(in: .sampler).map(\.fullName) == ["sampler.langevin", "sampler.mala"])
    #expect(registry.entries().count == 9)
    #expect(registry.entries().allSatisfy { $0.plugin == "Fake" })
    #expect(registry.recipes.map(\.name) == ["two-wells"])
    #expect(registry.recipes.first?.plugin == "Fake")
  }

  @Test func unknownNamesGiveTheNearest() throws {
    let registry = try fakeRegistry()
    #expect(
      messages { _ = try registry.entry(.sampler, "mla", at: "sampler") }
        == [#"sampler: no sampler is called "mla"; did you mean mala?"#])
    #expect(
      messages { _ = try registry.entry(.sampler, "gibbs", at: "sampler") }
        == [#"sampler: no sampler is called "gibbs", expected one of langevin, mala"#])
    #expect(
      messages { _ = try registry.recipe("two-wels") }
        == [#"no built-in recipe is called "two-wels"; did you mean two-wells?"#])
  }

  @Test func refusesNamesThatAreTaken() throws {
    var registry = try fakeRegistry()
    #expect(
      messages { try registry.add(FakeMALA.self) }
        == ["sampler.mala: this name is taken by the plugin Fake, expected another name, or replace(FakeMALA.self)"])
    #expect(
      messages { try registry.add(recipe: BuiltInRecipe("two-wells", summary: "Again.", sections: [:])) }
        == ["recipe two-wells: this name is taken by the plugin Fake"])
    #expect(
      messages { _ = try ComponentRegistry(plugins: [FakePlugin(), FakePlugin()]) }
        == ["network.small-mlp: this name is taken by the plugin Fake"])
  }

  /// A component whose table is wrong in every way there is.
  struct Wrong: Component {
    static let name = "Wrong_Name"
    static let summary = ""
    static let family = ComponentFamily.metric
    @Setting("", .integers(1...)) var steps = 0
    var step_size = 1.0
    @Setting("", .component(.network)) var network = "small-mlp"
    @Setting("", .text) var type = ""
  }

  @Test func refusesFaultyTablesWithEveryProblem() {
    var registry = ComponentRegistry()
    let path = "metric.Wrong_Name"
    #expect(
      messages { try registry.add(Wrong.self) } == [
        #"\#(path): malformed name, found "Wrong_Name", expected lower-case letters and digits in words joined by "#
          + "hyphens, such as my-sampler",
        #"\#(path): found "", expected a summary of one line"#,
        "\(path).steps: the default is not allowed, found 0, expected an integer, at least 1",
        #"\#(path).network: the default, found "small-mlp", expected a Part"#,
        "\(path).type: a setting cannot have this key",
        "\(path).step_size: stored in the component, but not declared as a setting, expected @Setting, @Part or @Parts",
      ])
    #expect(registry.entries().isEmpty)
  }

  struct NotFinite: Component {
    static let name = "not-finite"
    static let summary = "A default that is not finite."
    static let family = ComponentFamily.metric
    @Setting("", .any) var limit = Double.infinity
  }

  @Test func refusesDefaultsThatAreNotFinite() {
    var registry = ComponentRegistry()
    #expect(
      messages { try registry.add(NotFinite.self) }
        == ["metric.not-finite.limit: found inf, expected a finite number"])
  }

  struct Lab: Plugin {
    func register(in registry: inout ComponentRegistry) throws(ConfigurationError) {
      try registry.replace(BetterMALA.self)
    }
  }

  struct BetterMALA: Component {
    static let name = FakeMALA.name
    static let summary = "A better one."
    static let family = FakeMALA.family
    @Setting("", .any) var mine = 1.0
  }

  @Test func replacesOnlyWhatIsThereAndHasItsSettings() throws {
    var registry = try fakeRegistry()
    let known = try registry.entry(.sampler, "mala").settings.map(\.key)
    #expect(
      messages { try registry.add(Lab()) }
        == known.map {
          "sampler.mala.\($0): recipes may hold this setting of the component that is replaced, expected a setting of the "
            + "same name in BetterMALA"
        })
    // What is refused changes nothing.
    #expect(try registry.entry(.sampler, "mala").plugin == "Fake")
    var empty = ComponentRegistry()
    #expect(messages { try empty.replace(FakeMALA.self) }.first?.contains("which is to be replaced") == true)
    #expect(empty.entries().isEmpty)
  }

  struct OtherLab: Plugin {
    func register(in registry: inout ComponentRegistry) throws(ConfigurationError) {
      try registry.replace(FakeMALA.self)
    }
  }

  @Test func aReplacementSaysWhatItReplacesAndIsNotReplaced() throws {
    var registry = try fakeRegistry()
    try registry.add(OtherLab())
    let entry = try registry.entry(.sampler, "mala")
    #expect(
      entry.plugin == "OtherLab" && entry.replaces == "Fake" && entry.origin == "OtherLab, replacing that of Fake")
    #expect(
      messages { try registry.replace(FakeMALA.self) }
        == ["sampler.mala: the plugin OtherLab has replaced the component of Fake already"])
  }

  struct Note: PluginItem {
    static let kind = "note"
    var name: String
    var summary = "A note."
  }

  @Test func itemsAreUniqueInTheirKindAndKeepTheirOrder() throws {
    var registry = ComponentRegistry()
    try registry.add(Note(name: "second"))
    try registry.add(Note(name: "first"))
    #expect(registry.items(of: Note.self).map(\.item.name) == ["second", "first"])
    #expect(messages { try registry.add(Note(name: "first")) } == ["note first: this name is taken"])
    #expect(messages { try registry.add(Note(name: "No name", summary: "")) }.count == 2)
    #expect(registry.items(of: (any PluginItem).self).count == 2)
  }

  @Test func pluginsAreCalledLikeTheirTypes() {
    #expect(FakePlugin().name == "Fake" && Lab().name == "Lab")
  }
}
