import EBMCore
import TestSupport
import Testing

@Suite struct ComponentRegistryTests {
  @Test func listsSortedWithOrigin() throws {
    let registry = try fakeRegistry()
    #expect(registry.entries(in: .sampler).map(\.fullName) == ["sampler.langevin", "sampler.mala"])
    #expect(registry.entries().count == 9)
    #expect(registry.entries().allSatisfy { $0.plugin == "FakePlugin" })
    #expect(registry.recipes.map(\.name) == ["two-wells"])
    #expect(registry.recipes.first?.plugin == "FakePlugin")
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
        == ["sampler.mala: this name is taken by the plugin FakePlugin"])
    #expect(
      messages { try registry.add(recipe: BuiltInRecipe("two-wells", summary: "Again.", sections: [:])) }
        == ["recipe two-wells: this name is taken by the plugin FakePlugin"])
    #expect(
      messages { _ = try ComponentRegistry(plugins: [FakePlugin(), FakePlugin()]) }
        == ["network.small-mlp: this name is taken by the plugin FakePlugin"])
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

  @Test func pluginsAreCalledLikeTheirTypes() { #expect(FakePlugin().name == "FakePlugin") }
}
