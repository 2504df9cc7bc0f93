internal import CKernels

/// The processor's cores as workers. One team serves all programs of a process: cores are one resource, and a team
/// for each program would only compete for them.
final class ThreadPool: Sendable {
  static let shared = ThreadPool(threads: coreCount())

  let threads: Int
  // Written once, before anybody else sees it; the team synchronises itself.
  private nonisolated(unsafe) let pool: OpaquePointer?

  private init(threads: Int) {
    // Team members beyond the cores serve tests that ask for more threads than there are.
    self.threads = max(threads, 4)
    pool = ck_pool_create(Int64(self.threads))
  }

  deinit { ck_pool_destroy(pool) }

  /// Calls body(context, task, worker) for each task, on at most `workers` threads, and returns when all are done.
  func run(
    tasks: Int, workers: Int, context: UnsafeMutableRawPointer,
    body: @convention(c) (UnsafeMutableRawPointer?, Int64, Int64) -> Void
  ) {
    if let pool {
      ck_pool_run(pool, Int64(tasks), Int64(workers), body, context)
    } else {
      for task in 0..<tasks { body(context, Int64(task), 0) }
    }
  }
}
