import CKernels
import Foundation
import Synchronization
import Testing

/// What the tasks of a run did.
private final class Tally: Sendable {
  let pool: Team
  let runs: [Int]
  let counts: Mutex<[Int]>
  let workers = Mutex(Set<Int64>())
  let nested = Mutex(0)

  init(pool: Team, tasks: Int) {
    self.pool = pool
    runs = Array(0..<tasks)
    counts = Mutex(Array(repeating: 0, count: tasks))
  }

  func run(workers: Int, body: @convention(c) (UnsafeMutableRawPointer?, Int64, Int64) -> Void) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    withExtendedLifetime(self) { ck_pool_run(pool.handle, Int64(runs.count), Int64(workers), body, context) }
  }

  func record(task: Int64, worker: Int64) {
    counts.withLock { $0[Int(task)] += 1 }
    _ = workers.withLock { $0.insert(worker) }
  }

  static func from(_ context: UnsafeMutableRawPointer?) -> Tally? {
    context.map { Unmanaged<Tally>.fromOpaque($0).takeUnretainedValue() }
  }
}

/// Owns a pool. Unchecked: the handle never changes, and the pool may be used from any thread.
private final class Team: @unchecked Sendable {
  let handle: OpaquePointer?
  init(threads: Int) { handle = ck_pool_create(Int64(threads)) }
  deinit { ck_pool_destroy(handle) }
}

private let record: @convention(c) (UnsafeMutableRawPointer?, Int64, Int64) -> Void = { context, task, worker in
  Tally.from(context)?.record(task: task, worker: worker)
}

@Suite("Thread pool")
struct PoolTests {
  @Test("every task runs once, on a valid worker", arguments: [1, 2, 3, 8], [0, 1, 2, 7, 1000])
  func everyTaskOnce(threads: Int, tasks: Int) {
    let team = Team(threads: threads)
    for workers in [1, 2, 4, 100] {
      let tally = Tally(pool: team, tasks: tasks)
      tally.run(workers: workers, body: record)
      #expect(tally.counts.withLock { $0 } == Array(repeating: 1, count: tasks))
      let limit = Int64(max(1, min(workers, threads)))
      #expect(tally.workers.withLock { $0 }.allSatisfy { $0 >= 0 && $0 < limit })
    }
  }

  @Test("many short runs, with pauses in which the team falls asleep")
  func manyRuns() {
    let team = Team(threads: 3)
    for round in 0..<2000 {
      let tally = Tally(pool: team, tasks: 5)
      tally.run(workers: 3, body: record)
      #expect(tally.counts.withLock { $0 } == [1, 1, 1, 1, 1])
      if round % 100 == 0 { usleep(1000) }
    }
  }

  @Test("a worker's number is its own while it runs, and below the limit where the team is larger")
  func distinctWorkers() {
    let tally = Tally(pool: Team(threads: 6), tasks: 400)
    // `workers` holds those at work: an insertion that finds its number there shows a number used twice at once.
    tally.run(workers: 3) { context, task, worker in
      guard let tally = Tally.from(context) else { return }
      let fresh = tally.workers.withLock { $0.insert(worker).inserted }
      if fresh && worker >= 0 && worker < 3 { tally.counts.withLock { $0[Int(task)] += 1 } }
      usleep(20)
      _ = tally.workers.withLock { $0.remove(worker) }
    }
    #expect(tally.counts.withLock { $0 } == Array(repeating: 1, count: 400))
  }

  @Test("a run inside a task runs on the task's own thread")
  func nested() {
    let tally = Tally(pool: Team(threads: 3), tasks: 6)
    tally.run(workers: 3) { context, task, worker in
      guard let tally = Tally.from(context) else { return }
      tally.record(task: task, worker: worker)
      let inner = Tally(pool: tally.pool, tasks: 10)
      inner.run(workers: 3, body: record)
      let complete = inner.counts.withLock { $0 } == Array(repeating: 1, count: 10)
      if complete && inner.workers.withLock({ $0 }) == [0] { tally.nested.withLock { $0 += 1 } }
    }
    #expect(tally.nested.withLock { $0 } == 6)
    #expect(tally.counts.withLock { $0 } == Array(repeating: 1, count: 6))
  }

  @Test("several threads may share the team")
  func concurrentCallers() async {
    let team = Team(threads: 3)
    let complete = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 {
        group.addTask {
          (0..<300).allSatisfy { _ in
            let tally = Tally(pool: team, tasks: 9)
            tally.run(workers: 3, body: record)
            return tally.counts.withLock { $0 } == Array(repeating: 1, count: 9)
          }
        }
      }
      return await group.reduce(true) { $0 && $1 }
    }
    #expect(complete)
  }

  @Test("a team of no thread is refused")
  func refused() {
    #expect(ck_pool_create(0) == nil)
    #expect(ck_pool_create(-1) == nil)
  }
}
