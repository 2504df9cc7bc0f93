internal import CKernels
internal import COpenBLAS
private import Foundation
private import Synchronization
package import TensorGraph

/// A compiled graph: planned once, run many times without allocating.
///
/// `@unchecked Sendable`: everything but the shelf of workspaces is immutable after `init`, and the shelf is locked.
package final class Program: @unchecked Sendable {
  package let inputs: [Placeholder]
  package let results: [[Int]]
  private let plan: Plan
  private let constants: [UnsafeMutableBufferPointer<Float>]
  private let shelf = Mutex<[Workspace]>([])
  /// Threads that a run uses at most.
  package let threads: Int

  /// - Parameters:
  ///   - inputs: placeholders, in the order in which `run` is given their values.
  ///   - results: what is computed.
  ///   - assignments: parameters that take new values at the end of a run; all reads see the old ones.
  ///   - threads: threads at most; 0 for all cores. Results do not depend on it.
  package init(
    inputs: [Placeholder], results: [Tensor], assignments: [(Parameter, Tensor)] = [], threads: Int = 0
  ) {
    let simplified = Simplification.simplify(results.map(\.node) + assignments.map(\.1.node)).map { node in
      // What is read and assigned at once is copied before it changes.
      if case .parameter = node.operation { Node(.broadcast(node.shape), [node], shape: node.shape) } else { node }
    }
    let updates = zip(assignments.map(\.0), simplified.dropFirst(results.count)).map { ($0, $1) }
    self.inputs = inputs
    self.results = results.map(\.shape)
    let communicator = ProcessGroup.current
    self.threads = min(threads > 0 ? threads : communicator.cores, ThreadPool.shared.threads)
    // Tiles are cut for all workers of all processes, which have to agree on them.
    let workers = communicator.size * communicator.minimum(self.threads)
    var plan = Lowering.lower(
      inputs: inputs, results: Array(simplified.prefix(results.count)), assignments: updates, threads: workers)
    if Program.verifiesPlans {
      let faults = PlanVerifier.faults(in: plan)
      precondition(
        faults.isEmpty, "compile: \(faults.count) faults of the plan: \(faults.prefix(5).joined(separator: "; "))")
    }
    if communicator.size > 1 { plan.share(with: communicator) }
    self.plan = plan
    constants = plan.constants.map { constant in
      let buffer = Workspace.buffer(constant.scalars.count)
      _ = buffer.update(from: constant.scalars)
      return buffer
    }
    // Parallelism is over tiles; BLAS's own threads would compete with them.
    openblas_set_num_threads(1)
  }

  /// Whether each plan is looked through before it runs: `EBM_VERIFY_PLANS` in the environment, as the tests have it.
  private static let verifiesPlans = ProcessInfo.processInfo.environment["EBM_VERIFY_PLANS"] != nil

  deinit {
    for constant in constants { constant.deallocate() }
  }

  /// Bytes that a run needs beyond inputs, parameters and results.
  package var peakBytes: Int {
    4
      * (plan.wholeSize + plan.exchangeSize + threads
        * (plan.tileSize + plan.packSize + Int(CK_STRIP * CK_MAXIMUM_REGISTERS)))
  }

  /// What it does, one line a region.
  package var summary: String { plan.summary }

  /// Bytes that all processes together give the others in a run.
  package var exchangedBytes: Int { plan.sharing?.exchangedBytes ?? 0 }

  /// Parameters that it reads or assigns.
  package var parameters: [Parameter] { plan.parameters }

  /// Runs the program and gives `body` the results' elements, valid during the call.
  package func run<Output>(
    _ values: [UnsafeBufferPointer<Float>], store: ParameterStore? = nil, key: RandomKey = RandomKey(seed: 0),
    body: ([UnsafeBufferPointer<Float>]) -> Output
  ) -> Output {
    precondition(
      values.map(\.count) == inputs.map(\.shape.elementCount),
      "run: inputs of \(values.map(\.count)) elements do not fill shapes \(inputs.map(\.shape))")
    let workspace = shelf.withLock { $0.popLast() } ?? Workspace(plan: plan, workers: threads)
    defer { shelf.withLock { $0.append(workspace) } }
    if plan.parameters.isEmpty {
      execute(workspace, values, [], key)
    } else {
      guard let store else { preconditionFailure("run: parameters \(plan.parameters.map(\.name)) need a store") }
      store.withAddresses(of: plan.parameters) { execute(workspace, values, $0, key) }
    }
    return body(
      zip(plan.results, results).map { operand, shape in
        UnsafeBufferPointer(
          start: workspace.bases[operand.slot].map { $0 + operand.offset }, count: shape.elementCount)
      })
  }

  /// The processes that it is run with, once all have come to this run; nil where there are none or nothing is shared.
  private func partners(_ key: RandomKey) -> (any Communicator)? {
    guard let sharing = plan.sharing, sharing.exchangedBytes > 0 else { return nil }
    let communicator = ProcessGroup.current
    guard communicator.size == sharing.size, communicator.rank == sharing.rank else { return nil }
    var place = Fingerprint()
    for word in [sharing.fingerprint, key.seed, key.step] { place.add(word) }
    communicator.meet(place.value) {
      "ran a program of \(plan.slots.count) values, number \(key.step) of seed \(key.seed)"
    }
    return communicator
  }

  private func execute(
    _ workspace: Workspace, _ values: [UnsafeBufferPointer<Float>], _ parameters: [UnsafeMutablePointer<Float>],
    _ key: RandomKey
  ) {
    for (index, slot) in plan.slots.enumerated() {
      switch slot.kind {
      // Inputs are never written: no step has one as its output.
      case .input(let position):
        workspace.bases[index] =
          UnsafeMutablePointer(mutating: values[position].baseAddress) ?? workspace.workers[0].strips
      case .parameter(let position): workspace.bases[index] = parameters[position]
      case .constant(let position): workspace.bases[index] = constants[position].baseAddress
      default: break
      }
    }
    ProgramExecution(
      workspace: workspace, slots: plan.slots, key: key.words, workers: threads, communicator: partners(key)
    ).run(plan.items)
    for assignment in plan.assignments where plan.slots[assignment.from.slot].kind != .parameter(assignment.parameter) {
      guard let source = workspace.bases[assignment.from.slot] else { continue }
      parameters[assignment.parameter].update(from: source + assignment.from.offset, count: assignment.count)
    }
  }
}

/// Cores that this process may use.
package func coreCount() -> Int { ProcessInfo.processInfo.activeProcessorCount }
