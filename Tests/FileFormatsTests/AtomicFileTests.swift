import FileFormats
import Foundation
import Testing

@Suite struct AtomicFileTests {
  private let scratch: ScratchDirectory

  init() throws {
    scratch = try ScratchDirectory()
  }

  @Test func aFileThatIsNotCommittedLeavesNothingBehind() throws {
    let url = try scratch.write([1, 2, 3], as: "old")
    do {
      var file = try AtomicFile(replacing: url)
      try file.append([9, 9])
      #expect(try scratch.names().count == 2)
    }
    #expect(try scratch.names() == ["old"])
    #expect(try fileBytes(url) == [1, 2, 3])
  }

  @Test func aCommittedFileReplacesTheOldOneAndKeepsItsPermissions() throws {
    let url = try scratch.write([1, 2, 3], as: "old")
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: url.path)
    var file = try AtomicFile(replacing: url)
    try file.append([4])
    try file.append([])
    try file.append([5, 6])
    #expect(try fileBytes(url) == [1, 2, 3])
    try file.commit()
    #expect(try fileBytes(url) == [4, 5, 6])
    #expect(try scratch.names() == ["old"])
    let permissions = try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? NSNumber
    #expect(permissions?.intValue == 0o640)
  }

  @Test func aSymbolicLinkStaysALink() throws {
    let target = try scratch.write([1], as: "target")
    let link = scratch.file("link")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: target)
    try AtomicFile.replace(link, with: [2])
    #expect(try fileBytes(target) == [2])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == target.path)
  }

  @Test func directoriesAndPipesAreNotReplaced() throws {
    let directory = scratch.file("directory")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
    let pipe = scratch.file("pipe")
    #expect(mkfifo(pipe.path, 0o600) == 0)
    for (url, kind) in [(directory, "a directory"), (pipe, "a pipe")] {
      let writing = try #require(throws: FileFormatError.self) { try AtomicFile.replace(url, with: [1]) }
      #expect(writing.found == kind)
      let reading = try #require(throws: FileFormatError.self) { try Npy.read(contentsOf: url) }
      #expect(reading.found == kind)
    }
    #expect(try scratch.names() == ["directory", "pipe"])
  }

  @Test func theSystemsReasonIsGiven() throws {
    let url = scratch.file("missing/file.npy")
    let reading = try #require(throws: FileFormatError.self) { try Npy.read(contentsOf: url) }
    #expect(
      reading.description
        == "\(url.path): opening the file: found No such file or directory, expected a file that can be read")
    let writing = try #require(throws: FileFormatError.self) { try AtomicFile.replace(url, with: [1]) }
    #expect(writing.found == "No such file or directory")
  }

  @Test func anAddressOfTheNetworkIsRefused() throws {
    let url = try #require(URL(string: "https://example.org/a.npy"))
    let error = try #require(throws: FileFormatError.self) { try Npy.read(contentsOf: url) }
    #expect(error.expected == "a file URL")
  }

  @Test func aRelativePathIsWrittenBesideTheOthers() throws {
    let directory = URL(fileURLWithPath: scratch.url.path, isDirectory: true)
    let url = URL(fileURLWithPath: "relative", relativeTo: directory)
    try AtomicFile.replace(url, with: [7])
    #expect(try scratch.names() == ["relative"])
  }

  /// What a killed writer left goes; what a living one has under way stays.
  @Test func abandonedTemporaryFilesAreRemoved() throws {
    _ = try scratch.write([1], as: ".partial-1a2b")
    _ = try scratch.write([1], as: "mine")
    var file = try AtomicFile(replacing: scratch.file("new"))
    try file.append([5])
    AtomicFile.removeAbandoned(in: scratch.url.path, names: try scratch.names())
    #expect(try scratch.names().count == 2 && !scratch.names().contains(".partial-1a2b"))
    try file.commit()
    #expect(try scratch.names() == ["mine", "new"])
  }
}
