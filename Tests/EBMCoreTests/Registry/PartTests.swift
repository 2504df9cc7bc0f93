import EBMCore
import FileFormats
import TestSupport
import Testing

@Suite struct PartTests {
  private func initializer(_ value: JSONValue) throws -> FakeInitializer {
    let component = try fakeRegistry().component(value, as: .initializer, at: "initializer")
    return try #require(component as? FakeInitializer)
  }

  @Test func encodesWithItsType() throws {
    var value = FakeInitializer()
    value.guide = DeepNetwork()
    #expect(
      try value.recipeValue().compactText
        == #"{"type": "learned-gaussian", "network": {"type": "small-mlp", "width": 64, "multipliers": [1, 2]}, "#
        + #""guide": {"type": "deep-mlp", "depth": 8, "width": 32}, "scale": 1.0}"#)
    value.guide = nil
    #expect(try value.recipeValue()["guide"] == .null)
  }

  @Test func comesBackEqual() throws {
    var value = FakeInitializer()
    value.guide = DeepNetwork(depth: 3, width: 5)
    value.network = SmallNetwork(width: 1, multipliers: [8])
    let back = try initializer(value.recipeValue())
    #expect(back.network as? SmallNetwork == value.network as? SmallNetwork)
    #expect(back.guide as? DeepNetwork == DeepNetwork(depth: 3, width: 5))
    #expect(try back.recipeValue() == value.recipeValue())
    #expect(try initializer("learned-gaussian").guide == nil)
  }

  @Test func aNameIsShortForTheType() throws {
    let value = try initializer(["type": "learned-gaussian", "network": "deep-mlp"])
    #expect(value.network as? DeepNetwork == DeepNetwork())
  }

  @Test func withoutTypeTheDefaultsTypeIsMeant() throws {
    let value = try initializer(["type": "learned-gaussian", "network": ["width": 7]])
    #expect(value.network as? SmallNetwork == SmallNetwork(width: 7, multipliers: [1, 2]))
  }

  @Test(
    arguments: [
      (
        ["network": ["type": "deep-mlp", "multipliers": [1]]],
        "initializer.network.multipliers: no such setting of network.deep-mlp, expected one of depth, width"
      ),
      (["network": ["width": 0]], "initializer.network.width: found 0, expected an integer, at least 1"),
      (
        ["network": ["multipliers": [1, 9]]],
        "initializer.network.multipliers.1: found 9, expected an integer from 1 to 8"
      ),
      (
        ["network": ["multipliers": []]],
        "initializer.network.multipliers: found [], expected a list of at least 1, each element an integer from 1 to 8"
      ),
      (
        ["network": "small-mpl"],
        #"initializer.network: no network is called "small-mpl"; did you mean small-mlp?"#
      ),
      (
        ["network": "langevin"],
        #"initializer.network: no network is called "langevin", expected one of deep-mlp, small-mlp"#
      ),
      (
        ["network": .null],
        #"initializer.network: found null, expected a network: its name, or an object with "type""#
      ),
      (
        ["guide": ["width": 3]],
        "initializer.guide.type: the type of a network is missing, expected one of deep-mlp, small-mlp"
      ),
    ] as [(JSONObject, String)])
  func refuses(settings: JSONObject, message: String) {
    var value = settings
    value["type"] = "learned-gaussian"
    #expect(messages { _ = try initializer(.object(value)) } == [message])
  }

  @Test func listsOfPartsComeBack() throws {
    let registry = try fakeRegistry()
    let value: JSONValue = ["type": "sum", "terms": ["double-well", ["type": "double-well", "depth": 3]]]
    let energy = try #require(registry.component(value, as: .energy, at: "energy") as? FakeSum)
    #expect(energy.terms.map { ($0 as? FakeWell)?.depth } == [1, 3])
    #expect(
      try energy.recipeValue().compactText
        == #"{"type": "sum", "terms": [{"type": "double-well", "depth": 1.0}, {"type": "double-well", "depth": 3.0}]}"#)
    let wrong: JSONValue = ["type": "sum", "terms": [["depth": 3], ["type": "double-well", "depth": 0]]]
    #expect(
      messages { _ = try registry.component(wrong, as: .energy, at: "energy") } == [
        "energy.terms.0.type: the type of an energy is missing, expected one of double-well, sum",
        "energy.terms.1.depth: found 0, expected a number above 0",
      ])
  }
}
