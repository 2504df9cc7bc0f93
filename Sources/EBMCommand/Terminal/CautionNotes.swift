import EBMCore
import Runs

/// Numbers the cautions of figures, so that each stands once below a table: `374.1 ± 1.0 [1]`.
struct CautionNotes {
  private var texts: [String] = []

  /// A figure in as many digits as it is known to, with the numbers of its cautions.
  mutating func text(_ figure: Figure) -> String {
    let marks = figure.cautions.map { caution -> String in
      let place = texts.firstIndex(of: caution) ?? texts.count
      if place == texts.count { texts.append(caution) }
      return "[\(place + 1)]"
    }
    return ([FigureText.text(figure)] + marks).joined(separator: " ")
  }

  /// The cautions below the table; none where there are none.
  var lines: [String] {
    texts.isEmpty ? [] : ["not to be trusted:"] + texts.enumerated().map { "[\($0 + 1)] \($1)" }
  }
}
