import EBMCommand
import EBMCore
import FileFormats
import Testing

@Suite struct ListCommandTests {
  @Test func listsEverything() async {
    let outcome = await run("list")
    #expect(outcome.status == .done && outcome.messages.isEmpty)
    #expect(
      outcome.result == """
        energy.double-well       Two wells.                               Fake
        sampler.mala             Metropolis-adjusted Langevin algorithm.  Fake
        initializer.double-well  Two wells, as a start.                   Fake
        two-wells                A double well.                           Fake

        """)
  }

  @Test func listsOneFamily() async {
    #expect(
      await run("list", "samplers").result
        == "sampler.mala  Metropolis-adjusted Langevin algorithm.  Fake\n")
    #expect(await run("list", "energies") == run("list", "energy"))
    #expect(await run("list", "recipes").result == "two-wells  A double well.  Fake\n")
    #expect(await run("list", "metric") == Outcome(status: .done, result: "", messages: "there are none\n"))
  }

  @Test func printsJSON() async throws {
    let value = try JSONValue(parsing: await run("list", "--json").result)
    #expect(value.arrayValue?.count == 4)
    #expect(
      value.arrayValue?.first == [
        "name": "energy.double-well", "family": "energy", "summary": "Two wells.", "plugin": "Fake",
      ])
    #expect(await run("list", "metric", "--json").result == "[]\n")
  }
}
