import EBMCore

/// Figures as a table, what is to be said against them below it.
enum FigureTable {
  static func text(_ figures: [Figure], notes: [String]) -> String {
    var table = TextTable(header: ["figure", "value"])
    var cautions = CautionNotes()
    for figure in figures { table.add([figure.name, cautions.text(figure)]) }
    return table.text + (cautions.lines + notes.map { "note: \($0)" }).map { $0 + "\n" }.joined()
  }
}
