import Foundation

/// What a worker is doing, in memory that outlives it: the number, subject and bytes of its input.
///
/// A class, because it owns the mapping.
final class Ledger {
  private static let headerSize = 64
  private static let size = headerSize + (1 << 21)
  private let base: UnsafeMutableRawPointer

  /// Maps a file, making it where it is missing.
  init(_ path: String) throws {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    defer { close(descriptor) }
    guard descriptor >= 0, ftruncate(descriptor, off_t(Self.size)) == 0,
      let base = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), base != MAP_FAILED
    else { throw POSIXError(.EIO) }
    self.base = base
  }

  deinit { munmap(base, Self.size) }

  /// The input that is being tried; −1 before the first.
  var number: Int {
    get { base.load(as: Int.self) }
    set { base.storeBytes(of: newValue, as: Int.self) }
  }

  /// The subject's name and the bytes of that input.
  var input: (subject: String, bytes: [UInt8]) {
    get {
      let subject = (8..<48).map { base.load(fromByteOffset: $0, as: UInt8.self) }.prefix { $0 != 0 }
      let count = min(base.load(fromByteOffset: 48, as: Int.self), Self.size - Self.headerSize)
      return (
        String(decoding: subject, as: UTF8.self),
        Array(UnsafeRawBufferPointer(start: base + Self.headerSize, count: count))
      )
    }
    set {
      let name = Array(newValue.subject.utf8.prefix(39)) + [0]
      let bytes = newValue.bytes.prefix(Self.size - Self.headerSize)
      (base + 8).copyMemory(from: name, byteCount: name.count)
      base.storeBytes(of: bytes.count, toByteOffset: 48, as: Int.self)
      Array(bytes).withUnsafeBytes {
        UnsafeMutableRawBufferPointer(start: base + Self.headerSize, count: bytes.count).copyMemory(from: $0)
      }
    }
  }
}
