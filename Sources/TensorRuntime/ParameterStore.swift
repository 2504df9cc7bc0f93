public import TensorGraph
private import Synchronization

/// The values of parameters.
///
/// One store holds the live weights, another their averages, a third those of a checkpoint: a program runs with
/// whichever it is given. A run holds the store for its duration, so that two runs with one store follow each other.
///
/// `@unchecked Sendable`: the memory is read and written under the lock alone.
public final class ParameterStore: @unchecked Sendable {
  private let lock = Mutex<Void>(())
  private var values: [Parameter: UnsafeMutableBufferPointer<Float>] = [:]

  /// A store without values.
  public init() {}

  deinit {
    for value in values.values { value.deallocate() }
  }

  /// The parameters that have values, in no particular order.
  public var parameters: [Parameter] { lock.withLock { _ in Array(values.keys) } }

  /// The elements of a parameter's value in row-major order; nil when it has none.
  public subscript(parameter: Parameter) -> [Float]? {
    get { lock.withLock { _ in values[parameter].map(Array.init) } }
    set {
      precondition(
        newValue.map { $0.count == parameter.shape.elementCount } ?? true,
        "\(parameter.name): \(newValue?.count ?? 0) elements do not fill shape \(parameter.shape)")
      lock.withLock { _ in
        guard let newValue else {
          values.removeValue(forKey: parameter)?.deallocate()
          return
        }
        let value = values[parameter] ?? Workspace.buffer(newValue.count)
        values[parameter] = value
        _ = value.update(from: newValue)
      }
    }
  }

  /// A store with the same values, which then go their own way.
  public func copy() -> ParameterStore {
    let copy = ParameterStore()
    lock.withLock { _ in
      for (parameter, value) in values {
        let twin = Workspace.buffer(value.count)
        _ = twin.update(from: value)
        copy.values[parameter] = twin
      }
    }
    return copy
  }

  /// A number that other values would hardly give: of the bits of all elements, in this order.
  package func fingerprint(of parameters: [Parameter]) -> UInt64 {
    lock.withLock { _ in
      var fingerprint = Fingerprint()
      for parameter in parameters {
        for scalar in values[parameter] ?? UnsafeMutableBufferPointer(start: nil, count: 0) {
          fingerprint.add(UInt64(scalar.bitPattern))
        }
      }
      return fingerprint.value
    }
  }

  /// Calls `body` with the addresses of the parameters' values; nobody else uses the store meanwhile.
  func withAddresses(
    of parameters: [Parameter], _ body: ([UnsafeMutablePointer<Float>]) -> Void
  ) {
    lock.withLock { _ in
      body(
        parameters.map { parameter in
          guard let address = values[parameter]?.baseAddress else {
            preconditionFailure("run: parameter \(parameter.name) has no value in the store")
          }
          return address
        })
    }
  }
}

extension Workspace {
  /// Aligned memory that its owner frees.
  static func buffer(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: allocate(count), count: count)
  }
}
