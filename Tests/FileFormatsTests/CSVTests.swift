import FileFormats
import Foundation
import Tensors
import Testing

@Suite struct CSVTests {
  private let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  private func read(_ text: String) throws -> (table: Tensor, names: [String]) {
    try CSV.read(contentsOf: scratch.write(Array(text.utf8), as: "table.csv"))
  }

  /// Texts of the table 1.5 2 / −0.03 4.
  private static let same = [
    "1.5,2\n-3e-2,4\n", "1.5,2\r\n-3e-2,4", "x,y\n1.5,2\n-0.03,4\n", "\"x\";\"y\"\n1.5;2\n-.03;4\n",
    "# made by hand\n\n1.5\t2\n\n-0.03\t4\n", "1.5  2\n  -0.03 4  \n", "\u{feff}1.5, 2\n -0.03 ,4\n",
    "1.5 ; 2\n\"-0.03\";\"4\"\n",
  ]

  @Test(arguments: same) func separatorsHeadersAndQuotes(_ text: String) throws {
    let (table, names) = try read(text)
    #expect(table.shape == [2, 2] && table.scalars == [1.5, 2, -0.03, 4])
    #expect(names == (text.contains("x") ? ["x", "y"] : []))
  }

  /// Lines and files that are longer than what is read at once.
  @Test func manyColumnsAndLines() throws {
    let first = (0..<100_000).map { "\($0 % 9).25" }.joined(separator: ",")
    let wide = try read(first + "\n" + String(repeating: "3,", count: 99_999) + "4")
    #expect(wide.table.shape == [2, 100_000] && wide.table.scalars[100_000 - 1] == Float(99_999 % 9) + 0.25)
    #expect(wide.table.scalars.last == 4)
    let long = try read((0..<300_000).map { "\($0),-\($0)\r\n" }.joined())
    #expect(long.table.shape == [300_000, 2])
    let expected = (0..<300_000).flatMap { [Float($0), -Float($0)] }
    #expect(long.table.scalars == expected)
  }

  @Test func oneColumn() throws {
    let (table, names) = try read("height\n1\n2\n3\n")
    #expect(table.shape == [3, 1] && names == ["height"])
  }

  /// What the message must contain.
  private static let broken: [(text: String, fragments: [String])] = [
    ("", ["no row of numbers"]), ("x,y\n", ["no row of numbers"]),
    ("x,y\n1,2\n3,four\n", ["line 3, column 2", "\"four\"", "a finite number"]),
    ("1,2\n3\n", ["line 2", "1 columns", "2 as in the first line"]),
    ("1,2\n3,\n", ["line 2, column 2", "found nothing"]), ("1,nan\n", ["line 1, column 2", "\"nan\""]),
    ("1,2\n3,inf\n", ["line 2, column 2", "\"inf\""]), ("1,2\n3,1e60\n", ["\"1e60\""]),
    ("x,2\n3,4\n", ["line 1, column 1", "\"x\""]), ("1,2\nx,y\n", ["line 2, column 1"]),
    ("1,5;2,5\n", ["line 1, column 2", "\"5;2\""]), ("1\n0x1p3\n", ["line 2, column 1", "\"0x1p3\""]),
    ("nan,nan\n1,2\n", ["line 1, column 1", "\"nan\""]), ("1\n1e400\n", ["\"1e400\""]),
    ("1\n\u{0}\n", ["line 2", "a zero byte"]),
  ]

  @Test(arguments: broken.indices)
  func aBrokenTableIsToldInOneLine(_ index: Int) throws {
    let (text, fragments) = Self.broken[index]
    let error = try #require(throws: FileFormatError.self) { try read(text) }
    for fragment in ["table.csv: "] + fragments { #expect(error.description.contains(fragment), "\(error)") }
    #expect(!error.description.contains { $0.isNewline })
  }
}
