#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif
public import Tensors

/// Reads tables of numbers in text: a row a line, columns separated by commas, semicolons, tabs or spaces.
///
/// ```text
/// x,y
/// 1.5,2
/// -3e-2,4
/// ```
/// The separator is the first of comma, semicolon, tab that the first line has, otherwise spaces. A first line in which
/// no field is a number is a header, and skipped. Empty lines and lines that begin with # are skipped. Fields may stand
/// in double quotes; numbers have a decimal point.
public enum CSV {
  /// Reads a table.
  ///
  /// - Parameter url: a file URL.
  /// - Returns: `[rows, columns]`, and the header's names, empty without a header.
  /// - Throws: `FileFormatError` with line and column if the file cannot be read, holds a field that is not
  ///   a finite number, rows of different lengths, or no row.
  public static func read(contentsOf url: URL) throws(FileFormatError) -> (table: Tensor, names: [String]) {
    let file = try OpenFile(url)
    // No number takes more bytes of text than 32, with what separates it, in files that are worth reading whole.
    try FileContents.requireMemory(file.size / 8, for: file.path, "the table")
    let path = file.path
    var lines = LineReader(file)
    var scalars: [Float] = []
    var names: [String] = []
    var columns = 0
    var separator: UInt8?
    var isFirst = true
    // A carriage return before a line feed is trimmed with the spaces.
    while let line = try lines.next() {
      let line = trimmed(line)
      guard let first = line.first, first != UInt8(ascii: "#") else { continue }
      if separator == nil {
        separator = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09].first { line.contains($0) } ?? UInt8(ascii: " ")
      }
      let isSpaced = separator == UInt8(ascii: " ")
      let fields = line.split(omittingEmptySubsequences: isSpaced) { $0 == separator }.map { unquoted(trimmed($0)) }
      if isFirst {
        isFirst = false
        columns = fields.count
        if fields.allSatisfy({ value($0) == nil && !$0.isEmpty }) {
          names = fields.map { String(decoding: $0, as: UTF8.self) }
          continue
        }
      }
      guard fields.count == columns else {
        throw FileFormatError(
          path: path, location: "line \(lines.number)", found: "\(fields.count) columns",
          expected: "\(columns) as in the first line")
      }
      if scalars.capacity - scalars.count < columns {
        let capacity = max(2 * scalars.capacity, scalars.count + columns)
        try FileContents.requireMemory(4 * capacity, for: path, "the table from line \(lines.number) on")
        scalars.reserveCapacity(capacity)
      }
      for (column, field) in fields.enumerated() {
        guard let value = value(field), value.isFinite, field.allSatisfy(isDecimal) else {
          throw FileFormatError(
            path: path, location: "line \(lines.number), column \(column + 1)",
            found: field.isEmpty ? "nothing" : FileFormatError.quoted(String(decoding: field, as: UTF8.self)),
            expected: "a finite number")
        }
        scalars.append(value)
      }
    }
    guard !scalars.isEmpty else {
      throw FileFormatError(path: path, location: "the table", found: "no row of numbers", expected: "at least one")
    }
    return (Tensor(scalars, shape: [scalars.count / columns, columns]), names)
  }

  private static func value(_ field: ArraySlice<UInt8>) -> Float? {
    // Swift's parser also takes hexadecimal numbers and the names of NaN and infinity; those are refused later, so that
    // a first line of them is not taken for a header.
    field.isEmpty ? nil : Float(Substring(decoding: field, as: UTF8.self))
  }

  /// Whether a byte may be part of a decimal number.
  private static func isDecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0d || byte == 0x09 }
    // The mark that some programs write before UTF-8 text.
    var text = text.starts(with: [0xef, 0xbb, 0xbf]) ? text.dropFirst(3) : text
    text = text.drop(while: isSpace)
    while let last = text.last, isSpace(last) { text = text.dropLast() }
    return text
  }

  private static func unquoted(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let quote = UInt8(ascii: "\"")
    return field.count >= 2 && field.first == quote && field.last == quote ? field.dropFirst().dropLast() : field
  }
}
