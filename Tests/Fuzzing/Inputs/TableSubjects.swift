import Datasets
import EBM
import FileFormats
import Foundation
import Tensors

/// Tables in text.
enum TableSubjects {
  static let csv = Subject("csv", weight: 15) { random, _ in
    var bytes = Array(table(&random).utf8)
    if random.isOne(in: 2) { TextMutation.apply(to: &bytes, other: Array(table(&random).utf8), &random) }
    if random.isOne(in: 4) { ByteMutation.apply(to: &bytes, other: [], &random) }
    return bytes
  } use: { bytes, workshop in
    let url = try workshop.write(bytes, as: "a.csv")
    let (table, names) = try CSV.read(contentsOf: url)
    guard table.rank == 2, table.scalars.allSatisfy(\.isFinite), names.isEmpty || names.count == table.shape[1] else {
      throw Violation("a table of shape \(table.shape), \(names.count) names")
    }
    let width = table.shape[1]
    let text = (0..<table.shape[0]).map { row in
      table.scalars[row * width..<(row + 1) * width].map { "\($0)" }.joined(separator: ",") + "\n"
    }.joined()
    let again = try CSV.read(contentsOf: try workshop.write(Array(text.utf8), as: "again.csv"))
    try Judge.agree(table, again.table, "a table that was printed and read")
    try Judge.feeds(
      CSVFile {
        $0.path = url.path
        $0.labelColumn = bytes.count % 4
        $0.rows = Judge.selection(bytes)
      })
  }

  private static func table(_ random: inout InputGenerator) -> String {
    let separator = random.pick([",", ";", "\t", " ", ", "])
    let end = random.pick(["\n", "\r\n", "\n\n"])
    let columns = 1 + random.below(5)
    var lines: [String] = []
    if random.isOne(in: 3) { lines.append((0..<columns).map { "c\($0)" }.joined(separator: separator)) }
    if random.isOne(in: 5) { lines.append("# a comment, 1") }
    for _ in 0..<random.below(12) {
      let fields = (0..<columns).map { _ -> String in
        let number = random.isOne(in: 20) ? random.pick(TextMutation.numbers) : "\(random.below(7))"
        return random.isOne(in: 10) ? "\"\(number)\"" : number
      }
      lines.append(fields.joined(separator: separator))
    }
    return (random.isOne(in: 8) ? "\u{feff}" : "") + lines.joined(separator: end) + (random.isOne(in: 2) ? end : "")
  }
}
