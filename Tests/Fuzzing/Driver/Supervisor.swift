import Foundation
import Fuzzing

/// Starts workers, watches them, and keeps the inputs that ended one.
struct Supervisor {
  /// Seconds that an input may take.
  static let patience = 20.0

  private let seed: Int
  private let inputs: Int
  private let deadline: Date
  private let subjects: String?
  private let corpus: String
  private let ledger: Ledger
  private let ledgerPath: String

  init(_ words: [String]) throws {
    let options = try Options(words, known: ["seed", "inputs", "seconds", "subjects", "corpus"])
    seed = options["seed", default: 1]
    inputs = options["inputs", default: .max / 2]
    deadline = Date(timeIntervalSinceNow: Double(options["seconds", default: options["inputs"] == nil ? 60 : 1 << 30]))
    subjects = options["subjects"]
    corpus = options["corpus"] ?? "Tests/Fuzzing/Tests/Corpus"
    ledgerPath = "\(NSTemporaryDirectory())/fuzzing-ledger-\(ProcessInfo.processInfo.processIdentifier)"
    ledger = try Ledger(ledgerPath)
  }

  /// Tries inputs until they, or the time, are used up.
  ///
  /// - Returns: whether all went well.
  func run() throws -> Bool {
    defer { unlink(ledgerPath) }
    let start = Date()
    var (next, findings) = (0, 0)
    while next < inputs, Date() < deadline {
      ledger.number = -1
      var words = ["work", "--seed", "\(seed)", "--first", "\(next)", "--last", "\(inputs)", "--ledger", ledgerPath]
      if let subjects { words += ["--subjects", subjects] }
      let attempt = try Attempt(words, ledger: ledger, deadline: deadline)
      switch attempt.end {
      case .finished: next = inputs
      case .stopped: next = max(next, ledger.number)
      case .failed(let how):
        guard ledger.number >= next else { throw Options.Problem(description: "the worker does not start: \(how)") }
        findings += 1
        try keep(ledger.input, number: ledger.number, how)
        next = ledger.number + 1
      }
    }
    let seconds = Date().timeIntervalSince(start)
    say(
      "\(next) inputs from seed \(seed) in \(Int(seconds)) s, \(Int(60 * Double(next) / max(1, seconds))) a minute: \(findings) findings"
    )
    return findings == 0
  }

  /// Tries files again: `try <subject> <file>…`.
  ///
  /// - Returns: the status to end with; 1 when one of them ends a worker, whose end is printed.
  static func tryFiles(_ words: [String]) throws -> Int32 {
    guard case .failed(let how) = try Attempt(["take"] + words.dropFirst(), ledger: nil).end else { return 0 }
    print(how)
    return 1
  }

  /// Writes a line at once, also into a file.
  private func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

  /// Writes an input to the corpus, as small as it can be made.
  private func keep(_ input: (subject: String, bytes: [UInt8]), number: Int, _ how: String) throws {
    say("input \(number), \(input.subject), \(input.bytes.count) bytes: \(how)")
    let folder = "\(corpus)/\(input.subject)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let bytes = try Minimizer(subject: input.subject).smallest(input.bytes)
    let path = "\(folder)/seed\(seed)-\(number)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    say("  kept as \(path), \(bytes.count) bytes")
  }
}

/// One process of this program, watched until it ends.
struct Attempt {
  enum End {
    case finished
    /// By the campaign's own deadline.
    case stopped
    /// A crash, a hang or a broken promise, in words.
    case failed(String)
  }

  let end: End

  init(_ words: [String], ledger: Ledger?, deadline: Date = .distantFuture) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = words
    process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    let output = Pipe()
    (process.standardOutput, process.standardError) = (output, output)
    try process.run()
    defer { Workshop.remove(of: process.processIdentifier) }
    let started = Date()
    var (number, since) = (-2, started)
    while process.isRunning {
      usleep(20_000)
      let now = Date()
      if now >= deadline {
        // A worker that trains would take its time to save what it has.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        end = .stopped
        return
      }
      let current = ledger?.number ?? 0
      if current != number { (number, since) = (current, now) }
      if now.timeIntervalSince(since) > Supervisor.patience {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        end = .failed("no end after \(Int(Supervisor.patience)) s")
        return
      }
    }
    let text = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    let line = text.split(separator: "\n").first.map(String.init) ?? ""
    switch (process.terminationReason, process.terminationStatus) {
    case (.exit, 0): end = .finished
    case (.exit, 3): end = .failed(line)
    case (.exit, let status): end = .failed("status \(status): \(line)")
    case (_, let signal): end = .failed("signal \(signal): \(line)")
    }
  }
}
