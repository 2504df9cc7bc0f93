import EBMCommand
import EBMCore
import FileFormats
import Testing

@Suite struct DescribeCommandTests {
  @Test func showsTheTableOfSettings() async {
    #expect(
      await run("describe", "sampler.mala").result == """
        sampler.mala: Metropolis-adjusted Langevin algorithm.
        From the plugin Fake.

        setting        default    allowed                 meaning
        steps          20         an integer, at least 1  steps a chain
        stepSize       0.001      a number above 0        step size ε
        limits.energy  1000000.0  a number above 0        energy that counts as runaway

        """)
    #expect(await run("describe", "mala") == run("describe", "sampler.mala"))
    #expect(await run("describe", "energy.double-well").result.hasSuffix("\nIt has no settings.\n"))
    #expect(
      await run("describe", "initializer.double-well").result.contains(
        "inner    double-well  an energy  what is drawn through\n"))
  }

  @Test func printsJSON() async throws {
    let value = try JSONValue(parsing: await run("describe", "sampler.mala", "--json").result)
    #expect(value["name"] == "sampler.mala")
    #expect(value["plugin"] == "Fake")
    #expect(
      value["settings"]?.arrayValue?.first == [
        "key": "steps", "default": 20, "allowed": "an integer, at least 1", "meaning": "steps a chain",
      ])
  }

  @Test func printsACompleteRecipe() async throws {
    let outcome = await run("describe", "two-wells", "sampler.steps=5", "seed=3")
    #expect(outcome.status == .done && outcome.messages.isEmpty)
    let recipe = try Recipe(parsing: outcome.result)
    #expect(recipe.seed == 3)
    #expect(recipe[.sampler] == ["type": "mala", "steps": 5, "stepSize": 0.001, "limits": ["energy": 1000000.0]])
    #expect(recipe[.training]?["iterations"] == 2000)
  }
}
