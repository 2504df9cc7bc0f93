import Figures
import Testing

@Suite struct StrokeFontTests {
  private static let ascii = (33...126).compactMap { Unicode.Scalar($0).map(Character.init) }

  @Test func coversAsciiAndTheSignsOfTheField() {
    for character in StrokeFontTests.ascii + Array("λσαβθμΣ²³⁻¹₀ₜ−×‖∣→≤≥±∞∇∂·…–’ ") {
      #expect(StrokeFont.contains(character), "no glyph for \(character)")
    }
    #expect(!StrokeFont.contains("字"))
  }

  @Test func glyphsStayInTheirPlace() {
    for character in StrokeFontTests.ascii {
      let text = String(character)
      let points = StrokeFont.strokes(of: text, size: 100).flatMap { $0 }
      let width = StrokeFont.width(of: text, size: 100)
      #expect(!points.isEmpty, "\(character) draws nothing")
      #expect(points.allSatisfy { $0.x >= -1 && $0.x <= width + 1 }, "\(character) leaves its width")
      #expect(points.allSatisfy { $0.y >= -22 && $0.y <= 76 }, "\(character) leaves its line")
    }
  }

  @Test func glyphsDiffer() {
    let shapes = StrokeFontTests.ascii.map { character in
      StrokeFont.strokes(of: String(character), size: 100).map { $0.map { "\($0.x) \($0.y)" }.joined(separator: ",") }
    }
    #expect(Set(shapes).count == shapes.count)
  }

  @Test func widthsAdd() {
    let whole = StrokeFont.width(of: "level 0, λ = 9.80", size: 12)
    let parts = StrokeFont.width(of: "level 0, ", size: 12) + StrokeFont.width(of: "λ = 9.80", size: 12)
    #expect(abs(whole - parts) < 1e-9)
    #expect(abs(StrokeFont.width(of: "n", size: 24) - 2 * StrokeFont.width(of: "n", size: 12)) < 1e-12)
    #expect(StrokeFont.width(of: "x²", size: 12) < StrokeFont.width(of: "x2", size: 12))
  }

  @Test func raisedSignsAreHigherAndLoweredOnesLower() {
    func heights(_ text: String) -> [Double] { StrokeFont.strokes(of: text, size: 10).flatMap { $0 }.map(\.y) }
    #expect(heights("²").allSatisfy { $0 > 3 })
    #expect((heights("₂").min() ?? 0) < -1)
  }

  @Test func signsWithoutAGlyphShowAsABox() {
    #expect(StrokeFont.strokes(of: "字", size: 10).first?.count == 5)
  }
}
