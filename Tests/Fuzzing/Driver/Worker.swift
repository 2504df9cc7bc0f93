import Foundation
import Fuzzing

/// The process that tries inputs, one after the other, until one ends it.
struct Worker {
  /// Address space that a worker may take beside what it has when it starts: what MachineMemory sees as the machine's.
  private static let space = 1 << 30

  private let campaign: Campaign
  private let numbers: Range<Int>
  private let ledger: Ledger

  init(_ words: [String]) throws {
    let options = try Options(words, known: ["seed", "first", "last", "subjects", "ledger"])
    campaign = Campaign(
      seed: UInt64(options["seed", default: 1]),
      subjects: options["subjects"]?.split(separator: ",").map(String.init) ?? [])
    numbers = options["first", default: 0]..<options["last", default: 0]
    ledger = try Ledger(options["ledger"] ?? "ledger")
  }

  /// Tries the inputs. A broken promise ends the process like a crash, with its text on standard output.
  func run() async throws {
    let workshop = try await Workshop()
    try Worker.limit()
    for number in numbers {
      let (subject, bytes) = campaign.input(number, in: workshop)
      ledger.input = (subject.name, bytes)
      ledger.number = number
      if let violation = await subject.verdict(on: bytes, in: workshop) {
        print(violation)
        exit(3)
      }
    }
    ledger.number = numbers.upperBound
  }

  /// Tries files, each `<subject> <path>`; ends with status 3 and the text at the first broken promise.
  static func tryFiles(_ words: [String]) async throws {
    guard let name = words.first, let subject = Subjects.all.first(where: { $0.name == name }) else {
      throw Options.Problem(description: "try: expected a subject and files")
    }
    let files = try words.dropFirst().map { (name: $0, bytes: Array(try Data(contentsOf: URL(fileURLWithPath: $0)))) }
    let workshop = try await Workshop()
    try limit()
    for file in files {
      if let violation = await subject.verdict(on: file.bytes, in: workshop) {
        print("\(file.name): \(violation)")
        exit(3)
      }
    }
  }

  private static func limit() throws {
    let status = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    let pages = status.split(separator: " ").first.flatMap { Int($0) } ?? 0
    let size = rlim_t(pages * Int(sysconf(Int32(_SC_PAGESIZE))) + space)
    var limit = rlimit(rlim_cur: size, rlim_max: size)
    setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    limit = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
  }
}
