public import EBMCore
public import Foundation
public import Tensors

/// A data set that is read from files: its rows stay on disk where the format allows it, and the host reads those of each
/// batch.
///
/// Conforming types say how to open their files; the rest follows. Paths are relative to the working directory. Rows
/// that are matrices `[h, w]` become images `[h, w, 1]`.
public protocol FileDataset: Dataset {
  /// Which rows are used.
  var rows: RowSelection { get }

  /// What becomes of the numbers.
  var values: RowValues { get }

  /// The open file, after ``Dataset/opened()``. Not a setting.
  var table: OpenTable? { get set }

  /// Opens the files.
  ///
  /// - Throws: a ``ConfigurationError`` that names the setting, or a `FileFormatError`.
  func open() throws -> OpenTable
}

extension FileDataset {
  /// The data set with its files open.
  public func opened() throws(ConfigurationError) -> Self {
    if table != nil { return self }
    var result = self
    do {
      let table = try open()
      if values.mirror, table.rowShape.count != 3 {
        throw ConfigurationError(
          path: "dataset.values.mirror", what: "only images are mirrored", found: "rows of shape \(table.rowShape)")
      }
      result.table = table
    } catch let error as ConfigurationError {
      throw error
    } catch {
      // The first setting of each says where the file is.
      let setting = Self.settings.first.map { ".\($0.key)" } ?? ""
      throw ConfigurationError(path: "dataset\(setting)", what: "\(error)")
    }
    return result
  }

  private var openTable: OpenTable {
    guard let table else { preconditionFailure("\(Self.name): use the data set that opened() gives") }
    return table
  }

  public var rowSource: (any RowSource)? { openTable }

  public var space: SampleSpace { SampleSpace(shape: openTable.rowShape, classes: openTable.classes) }

  /// The range of the first rows, scaled, and a tenth more on both sides.
  public var plotRange: ClosedRange<Double> {
    let extent = openTable.extent
    let (low, high) = (values.scaled(extent.lowerBound), values.scaled(extent.upperBound))
    // Equal values, however large, have limits that differ.
    let margin = max(0.1 * (high - low), 1e-3 * max(1, abs(low)))
    return (low - margin)...(high + margin)
  }

  public func points(of rows: Tensor, random: inout RandomStream) -> Tensor {
    values.points(of: rows, random: &random)
  }

  /// Never called: programs get rows as arguments, see ``DataFeed``.
  public func batch(_ count: Int, random: inout RandomStream) -> Tensor {
    preconditionFailure("\(Self.name): rows are read by the host; use DataFeed or draw(_:seed:)")
  }

  /// The URL of a path, relative to the working directory.
  ///
  /// - Parameters:
  ///   - path: what the setting says.
  ///   - setting: the setting's key, for the message when it is empty.
  public func url(_ path: String, _ setting: String) throws(ConfigurationError) -> URL {
    guard !path.isEmpty else {
      throw ConfigurationError(path: "dataset.\(setting)", found: "nothing", expected: "the path of a file")
    }
    return URL(fileURLWithPath: path)
  }
}
