import EBMCore
import Runs

/// Runs side by side: the cells of `compare`, and their forms.
struct ComparisonTable {
  /// A row a run, the first one being the header: name, seconds, figures.
  private var cells: [[String]]
  /// Lines below the table.
  private var notes: [String] = []

  /// The figures of these names.
  init(_ rows: [ComparedRun], figures names: [String]) {
    var cautions = CautionNotes()
    cells = [["run", "seconds"] + names]
    for row in rows where row.gap == nil {
      let figures = names.map { row[$0].map { cautions.text($0) } ?? "" }
      cells.append([row.name, row.seconds.map(ProgressText.short) ?? ""] + figures)
    }
    let (groups, repeats) = ComparisonTable.groups(rows)
    for group in groups {
      let means = names.map { name in ComparisonTable.mean(of: name, in: group).map { cautions.text($0) } ?? "" }
      cells.append(["mean of \(group.count) seeds, \(group[0].recipe.name ?? "")", ""] + means)
    }
    notes = cautions.lines + repeats + rows.compactMap { row in row.gap.map { "\(row.name): \($0)" } }
  }

  /// Finished runs whose recipes agree but for the seed, one a seed, two at least; and lines about those left out.
  private static func groups(_ rows: [ComparedRun]) -> (groups: [[ComparedRun]], repeats: [String]) {
    var (groups, repeats): ([[ComparedRun]], [String]) = ([], [])
    for row in rows where row.gap == nil {
      if let index = groups.firstIndex(where: { $0[0].group == row.group }) {
        // The same seed again is the same run, somewhere else.
        if let twin = groups[index].first(where: { $0.recipe.seed == row.recipe.seed }) {
          repeats.append("\(row.name) has recipe and seed of \(twin.name): one run in means")
        } else {
          groups[index].append(row)
        }
      } else {
        groups.append([row])
      }
    }
    return (groups.filter { $0.count > 1 }, repeats)
  }

  /// Mean and standard deviation over the runs of a group, with the cautions of all.
  private static func mean(of name: String, in group: [ComparedRun]) -> Figure? {
    let figures = group.compactMap { $0[name] }
    guard figures.count == group.count else { return nil }
    let values = figures.map(\.value)
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
    return Figure(
      name, mean, standardError: (squares / Double(values.count - 1)).squareRoot(),
      cautions: figures.contains { !$0.cautions.isEmpty } ? ["some of the runs in the mean are not to be trusted"] : [])
  }

  /// Aligned columns: a line a run where that fits into so many signs, else whichever of a line a run and a line a
  /// figure takes fewer lines, in blocks.
  func text(width: Int) -> String {
    let blocks = ComparisonTable.table(cells).wrapped(to: width)
    let turned = ComparisonTable.table(
      cells[0].indices.map { column in cells.map { $0[column] } }
    ).wrapped(to: width)
    func lines(_ blocks: [TextTable]) -> Int { blocks.map { $0.lines.count + 1 }.reduce(0, +) }
    let chosen = blocks.count == 1 || lines(blocks) <= lines(turned) ? blocks : turned
    let table = cells.count > 1 ? chosen.map(\.text).joined(separator: "\n") : ""
    return table + notes.map { $0 + "\n" }.joined()
  }

  private static func table(_ cells: [[String]]) -> TextTable {
    var table = TextTable(header: cells[0])
    for row in cells.dropFirst() { table.add(row) }
    return table
  }

  /// A table in Markdown, a line a run, and the notes as a list.
  var markdown: String {
    let rule = cells[0].map { _ in "---" }
    let table = ([cells[0], rule] + cells.dropFirst()).map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
    return notes.isEmpty ? table : table + "\n" + notes.map { "- \($0)\n" }.joined()
  }
}
