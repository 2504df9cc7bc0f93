package import EBMCore
import Tensors

/// One benchmark: a named piece of work whose unit is timed.
package struct Workload: Sendable {
  /// The same name as in other libraries' scripts, so that figures stand side by side.
  package let name: String
  /// What one unit is, such as `step`.
  let unit: String
  /// Units that one call does.
  let unitsPerCall: Int
  /// Floating-point operations of a unit, products only; 0 where they do not bound it.
  var operations = 0.0
  /// Bytes that a unit must move through memory; 0 where they do not bound it.
  var bytes = 0.0
  /// Makes everything ready.
  package let prepare: @Sendable (_ registry: ComponentRegistry, _ threads: Int) throws -> Prepared

  /// A workload that is ready to run.
  package struct Prepared {
    /// Bytes of memory that a run needs beside its inputs, known before it runs.
    package var peakBytes: Int?
    /// Milliseconds that tracing and compiling took.
    package var compilation: Double?
    /// Units that one call does, where only a run tells; the workload's own where this is nil.
    var unitsPerCall: Double?
    /// Does one call.
    package let call: () -> Void
  }
}

/// What was measured of a workload.
struct Measurement {
  let workload: Workload
  /// Seconds of one unit: median, and the quartiles of the calls.
  let median, lower, upper: Double
  let prepared: Workload.Prepared

  /// Runs a workload: once to warm up, then for at least so many calls and seconds.
  static func run(
    _ workload: Workload, registry: ComponentRegistry, threads: Int, calls: Int = 15, seconds: Double = 0.5
  ) throws -> Measurement {
    let prepared = try workload.prepare(registry, threads)
    let clock = ContinuousClock()
    let units = prepared.unitsPerCall ?? Double(workload.unitsPerCall)
    prepared.call()
    var times: [Double] = []
    let start = clock.now
    var isOver = false
    while !isOver {
      let before = clock.now
      prepared.call()
      times.append((clock.now - before) / .seconds(1) / units)
      let passed = (clock.now - start) / .seconds(1)
      // A slow machine still gets an answer, from fewer calls. Several processes stop together.
      let isEnough = times.count >= calls && passed >= seconds || times.count >= 5 && passed > 30
      isOver = ProcessGroup.current.common(isEnough ? 1 : 0) == 1
    }
    times.sort()
    return Measurement(
      workload: workload, median: times[times.count / 2], lower: times[times.count / 4],
      upper: times[times.count * 3 / 4], prepared: prepared)
  }
}
