import FileFormats
import Testing

@Suite struct NearestNameTests {
  @Test(arguments: [
    ("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("ab", "ba", 1), ("steps", "stpes", 1), ("ca", "abc", 3),
    ("same", "same", 0),
  ])
  func editDistances(first: String, second: String, distance: Int) {
    #expect(editDistance(Array(first), Array(second)) == distance)
    #expect(editDistance(Array(second), Array(first)) == distance)
  }

  private let names = ["langevin", "mala", "hmc", "nuts", "stepSize", "annealed-langevin", "id"]

  @Test(arguments: [
    ("langevn", "langevin"), ("Langevin", "langevin"), ("mla", "mala"), ("hcm", "hmc"), ("step-size", "stepSize"),
    ("step_sizes", "stepSize"), ("annealed", "annealed-langevin"), ("lange", "langevin"),
    ("AnnealedLangevin", "annealed-langevin"),
  ])
  func finds(written: String, name: String) { #expect(nearestName(to: written, among: names) == name) }

  @Test(arguments: ["", "gibbs", "x", "zz", "-", String(repeating: "mala", count: 1_000_000)])
  func findsNothing(written: String) { #expect(nearestName(to: written, among: names) == nil) }

  @Test func prefersTheFirstInTheAlphabet() {
    #expect(nearestName(to: "cat", among: ["hat", "bat"]) == "bat")
    #expect(nearestName(to: "cat", among: ["bat", "hat"]) == "bat")
  }
}
