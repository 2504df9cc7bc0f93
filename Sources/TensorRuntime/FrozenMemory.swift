/// Arrays that never change again, at fixed addresses, freed together.
final class FrozenMemory {
  private var blocks: [UnsafeMutableRawPointer] = []
  private var steps: [KernelStep] = []

  func freeze<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafeBufferPointer<Element> {
    guard !elements.isEmpty else { return UnsafeBufferPointer(start: nil, count: 0) }
    let block = UnsafeMutablePointer<Element>.allocate(capacity: elements.count)
    block.initialize(from: elements, count: elements.count)
    blocks.append(UnsafeMutableRawPointer(block))
    return UnsafeBufferPointer(start: block, count: elements.count)
  }

  /// A step that lives as long as this memory.
  func keep(_ step: KernelStep) -> Unmanaged<KernelStep> {
    steps.append(step)
    return .passUnretained(step)
  }

  deinit {
    for block in blocks { block.deallocate() }
  }
}
