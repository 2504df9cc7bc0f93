import Tensors
import Testing

@Suite struct NearestNameTests {
  @Test(arguments: [("stepsize", "stepSize"), ("setp", "step"), ("teperature", "temperature"), ("sed", "seed")])
  func aSlipFindsItsName(_ slip: String, _ name: String) {
    #expect(NearestName.of(slip, among: ["step", "stepSize", "temperature", "seed"]) == name)
  }

  @Test(arguments: ["", "xyz", "quadrature", String(repeating: "s", count: 1_000)])
  func anUnrelatedWordFindsNothing(_ word: String) {
    #expect(NearestName.of(word, among: ["step", "seed"]) == nil)
  }

  @Test func theDistanceCountsSwapsAsOneEdit() {
    // "ab12" is one swap from "ba12" and two replacements from "cd12".
    #expect(NearestName.of("ab12", among: ["cd12", "ba12"]) == "ba12")
  }
}
