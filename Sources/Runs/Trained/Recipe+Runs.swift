internal import EBMCore
internal import FileFormats
internal import Foundation

extension Recipe {
  /// Folders of the runs that parts of the recipe are taken from, and of those that these are made of in turn.
  var runsWithin: Set<String> {
    var found: Set<String> = []
    func collect(_ value: JSONValue) {
      let isTrained = [TrainedEnergy.name, TrainedNetwork.name].contains(value[componentTypeKey]?.stringValue)
      if isTrained, let path = value["run"]?.stringValue, !path.isEmpty {
        let folder = RunDirectory.folder(of: path)
        // What cannot be read is refused where it is used.
        if found.insert(folder).inserted, let inner = try? RunDirectory.open(at: folder).recipe() {
          collect(.object(inner.sections))
        }
      }
      for member in value.objectValue?.members ?? [] { collect(member.value) }
      for element in value.arrayValue ?? [] { collect(element) }
    }
    collect(.object(sections))
    return found
  }
}

extension RunDirectory {
  /// The one name of a folder, whatever way leads there.
  static func folder(of path: String) -> String {
    URL(fileURLWithPath: Files.absolute(path)).standardizedFileURL.resolvingSymlinksInPath().path
  }
}
