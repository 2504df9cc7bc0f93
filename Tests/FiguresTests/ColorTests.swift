import Figures
import Testing

@Suite struct ColorTests {
  // End points from the published tables of matplotlib.
  @Test func mapsBeginAndEndAsPublished() {
    #expect(ColorMap.viridis.color(at: 0).hexadecimal == "#440154")
    #expect(ColorMap.viridis.color(at: 1).hexadecimal == "#fde725")
    #expect(ColorMap.magma.color(at: 0).hexadecimal == "#000004")
    #expect(ColorMap.magma.color(at: 1).hexadecimal == "#fcfdbf")
    #expect(ColorMap.blueRed.color(at: 0).hexadecimal == "#053061")
    #expect(ColorMap.blueRed.color(at: 1).hexadecimal == "#67001f")
  }

  @Test func luminanceRises() {
    for map in [ColorMap.viridis, .magma] {
      let luminance = (0...255).map { map.color(at: Double($0) / 255).luminance }
      // The published colours are rounded to bytes, which moves green by up to 0.5/255 and so the luminance by up to
      // 0.7152 * 2.3 * 0.5/255 = 0.0032, at a mean rise of 0.0031 a colour: neighbours may fall by that much, but every
      // fourth colour is brighter than the one before.
      #expect(zip(luminance, luminance.dropFirst()).allSatisfy { $0 < $1 + 0.0032 })
      let fourth = stride(from: 3, through: 255, by: 4).map { luminance[$0] }
      #expect(zip(fourth, fourth.dropFirst()).allSatisfy { $0 < $1 })
    }
    let gray = (0...100).map { ColorMap.gray.color(at: Double($0) / 100).luminance }
    #expect(zip(gray, gray.dropFirst()).allSatisfy { $0 > $1 })
  }

  @Test func theSignedMapIsPaleInTheMiddle() {
    let luminance = (0...255).map { ColorMap.blueRed.color(at: Double($0) / 255).luminance }
    let brightest = luminance.indices.max { luminance[$0] < luminance[$1] }
    #expect(brightest.map { (120...135).contains($0) } == true)
  }

  @Test func positionsOutsideAreClamped() {
    let map = ColorMap.viridis
    #expect(map.color(at: -3) == map.color(at: 0))
    #expect(map.color(at: 7) == map.color(at: 1))
    #expect(map.color(at: .nan) == map.color(at: 0))
    #expect(map.color(at: .infinity) == map.color(at: 1))
  }

  @Test func coloursBetweenTwoAreInterpolated() {
    let map = ColorMap([Color(hex: 0x000000), Color(hex: 0xFF0000)])
    #expect(map.color(at: 0.5).red == 0.5)
    #expect(Color(hex: 0x2F6DB5).hexadecimal == "#2f6db5")
    #expect(Color(red: .nan, green: 2, blue: -1).hexadecimal == "#00ff00")
  }

  @Test func luminanceOfWhiteAndOfAPrimary() {
    // The luminance coefficients of the sRGB primaries, which add up to 1.
    #expect(abs(Color(hex: 0xFFFFFF).luminance - 1) < 1e-12)
    #expect(abs(Color(hex: 0xFF0000).luminance - 0.2126) < 1e-12)
    #expect(Color(hex: 0x000000).luminance == 0)
  }
}
