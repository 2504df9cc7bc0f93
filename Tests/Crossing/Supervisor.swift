import Foundation
import Synchronization

/// Runs the trials in processes of their own, goes on after one that ends, and ends one that does not.
final class Supervisor: Sendable {
  private let items: [Plan.Item]
  private let plan: String
  private let jobs: Int
  private let limit: Double
  private let report: @Sendable (String) -> Void
  private let endings = Mutex<[Int: String]>([:])

  /// - Parameters:
  ///   - limit: seconds of a trial at most.
  ///   - report: takes a line for each trial that went wrong, when it did.
  init(
    items: [Plan.Item], plan: String, jobs: Int, limit: Double, report: @escaping @Sendable (String) -> Void
  ) {
    self.items = items
    self.plan = plan
    self.jobs = jobs
    self.limit = limit
    self.report = report
  }

  /// - Returns: a line for each trial that went wrong.
  func run() -> [String] {
    let group = DispatchGroup()
    for job in 0..<jobs {
      DispatchQueue.global().async(group: group) { self.work(from: job) }
    }
    group.wait()
    return items.indices.compactMap { index in failure(at: index, endings.withLock { $0[index] }) }
  }

  private func failure(at index: Int, _ ending: String?) -> String? {
    let (item, ending) = (items[index], ending ?? "wrong(\"never tried\")")
    // What fits by everything that components say may still turn out to have nothing to learn.
    if ["accepted", "refused", "diverged"].contains(ending), item.isExpectedToFit || ending != "accepted" {
      return nil
    }
    return "\(index) \(ending): \(item.names.joined(separator: " "))"
  }

  private func end(_ index: Int, _ ending: String) {
    endings.withLock { $0[index] = ending }
    if let failure = failure(at: index, ending) { report(failure) }
  }

  var summary: String {
    endings.withLock { endings in
      func count(_ word: String) -> Int { endings.values.filter { $0 == word }.count }
      return "\(items.count) compositions: \(count("accepted")) trained, \(count("refused")) refused, "
        + "\(count("diverged")) diverged by name"
    }
  }

  private func work(from first: Int) {
    var next = first
    while next < items.count {
      let last = runWorker(from: next)
      next = last + jobs
    }
  }

  /// - Returns: the last trial that has an ending now.
  private func runWorker(from first: Int) -> Int {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = ["work", plan, "--first", "\(first)", "--step", "\(jobs)"]
    var environment = ProcessInfo.processInfo.environment
    environment["SWIFT_BACKTRACE"] = "enable=no"
    process.environment = environment
    let pipe = Pipe()
    let errors = Pipe()
    (process.standardOutput, process.standardError) = (pipe, errors)
    process.standardInput = FileHandle.nullDevice
    do { try process.run() } catch {
      end(first, "wrong(\"\(error)\")")
      return first
    }
    let since = Mutex(Date())
    let isHung = Mutex(false)
    DispatchQueue.global().async {
      while process.isRunning {
        if since.withLock({ Date().timeIntervalSince($0) }) > self.limit {
          isHung.withLock { $0 = true }
          process.terminate()
          kill(process.processIdentifier, SIGKILL)
        }
        Thread.sleep(forTimeInterval: 0.2)
      }
    }
    let said = Mutex("")
    DispatchQueue.global().async {
      let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      said.withLock { $0 = text }
    }
    var (current, last, buffer) = (first, first - jobs, Data())
    while case let data = pipe.fileHandleForReading.availableData, !data.isEmpty {
      buffer += data
      while let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: buffer[buffer.startIndex..<end], as: UTF8.self)
        buffer = Data(buffer[buffer.index(after: end)...])
        since.withLock { $0 = Date() }
        let parts = line.split(separator: " ", maxSplits: 2).map(String.init)
        guard parts.count > 1, let index = Int(parts[1]) else { continue }
        current = index
        if parts[0] == "end", parts.count == 3 {
          self.end(index, parts[2])
          last = index
        }
      }
    }
    process.waitUntilExit()
    if current > last {
      Thread.sleep(forTimeInterval: 0.1)
      let reason = said.withLock { $0.split(separator: "\n").first { $0.contains("rror") }.map(String.init) ?? "" }
      let how = isHung.withLock { $0 } ? "took over \(Int(limit)) s" : "ended with \(process.terminationStatus)"
      end(current, "wrong(\"\(how) \(reason)\")")
      return current
    }
    return last
  }
}
