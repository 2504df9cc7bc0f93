internal import Foundation
internal import TensorGraph
internal import TensorRuntime

/// How much memory this process may still take.
package enum MachineMemory {
  /// Another number of bytes than the machine's, for tests: what they try is refused before it is heavy.
  @TaskLocal package static var available: Int?

  /// Bytes that can be taken: what the machine has free or can free at once, within the limits of the control groups and
  /// of the address space that the process was started with. Several processes agree on what the one with the least has,
  /// each with its part of a machine.
  package static var bytes: Int {
    if let available { return available }
    let processes = ProcessGroup.current
    let shared = ([machine].compactMap { $0 } + controlGroups).min().map { $0 / processes.localSize }
    return processes.minimum([shared, addressSpace].compactMap { $0 }.min() ?? .max)
  }

  /// `21.3 GiB`.
  package static func text(_ bytes: Int) -> String {
    if bytes >= 4 * [Int].mostElements { return "more than \(text(4 * [Int].mostElements - 1))" }
    var (amount, unit) = (Double(bytes), "B")
    for larger in ["KiB", "MiB", "GiB", "TiB"] where amount >= 1_000 { (amount, unit) = (amount / 1_024, larger) }
    let tenths = (amount * 10).rounded() / 10
    return amount >= 100 || unit == "B" ? "\(Int(amount.rounded())) \(unit)" : "\(tenths) \(unit)"
  }

  /// `MemAvailable`: free memory and caches that nobody waits for.
  private static var machine: Int? { kibibytes("MemAvailable:", in: "/proc/meminfo") }

  /// What is left of `ulimit -v`; nil without one.
  private static var addressSpace: Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < rlim_t(Int.max),
      let used = kibibytes("VmSize:", in: "/proc/self/status")
    else { return nil }
    return max(0, Int(limit.rlim_cur) - used)
  }

  /// What is left of the limit of each control group around the process: of version 2 by its path and those above it, of
  /// version 1 where containers show it. Files in the page cache count as used, but are let go of when memory is short.
  private static var controlGroups: [Int] {
    var folders: [(folder: String, limit: String, used: String, cached: String)] = [
      ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
    ]
    let line = text("/proc/self/cgroup").split(separator: "\n").first { $0.hasPrefix("0::") }
    var path = line.map { String($0.dropFirst(3)) } ?? "/"
    while true {
      folders.append(("/sys/fs/cgroup\(path)", "memory.max", "memory.current", "inactive_file"))
      guard let slash = path.lastIndex(of: "/"), path != "/" else { break }
      path = slash == path.startIndex ? "/" : String(path[..<slash])
    }
    return folders.compactMap { group in
      func number(_ file: String) -> Int? {
        Int(text("\(group.folder)/\(file)").trimmingCharacters(in: .whitespacesAndNewlines))
      }
      guard let limit = number(group.limit), let used = number(group.used) else { return nil }
      let cached = text("\(group.folder)/memory.stat").split(separator: "\n")
        .first { $0.hasPrefix(group.cached + " ") }.flatMap { Int($0.dropFirst(group.cached.count + 1)) }
      return max(0, limit - max(0, used - (cached ?? 0)))
    }
  }

  private static func kibibytes(_ name: String, in file: String) -> Int? {
    text(file).split(separator: "\n").first { $0.hasPrefix(name) }
      .flatMap { $0.split(separator: " ").dropFirst().first.flatMap { Int($0) } }.map { $0 << 10 }
  }

  /// A file's text, empty where there is none: which of these files a machine has depends on its kernel.
  private static func text(_ file: String) -> String {
    guard let data = FileManager.default.contents(atPath: file) else { return "" }
    return String(decoding: data, as: UTF8.self)
  }
}
