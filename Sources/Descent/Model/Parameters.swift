import Kernels

/// A network's parameters in one flat vector, with the transposed copies that are derived from it.
///
/// Not `Sendable` by the compiler's proof: whoever trains owns it, and tasks write disjoint pieces.
public final class Parameters: @unchecked Sendable {
  public let layout: ParameterLayout
  let values: AlignedFloats
  let transposed: AlignedFloats

  /// Zeros.
  init(layout: ParameterLayout) {
    self.layout = layout
    values = AlignedFloats(count: Self.valueCount(layout))
    transposed = AlignedFloats(count: layout.transposedCount + Matrix.padding)
  }

  /// Parameters that a vector holds, which becomes theirs.
  init(layout: ParameterLayout, values: AlignedFloats, kernels: KernelSet) {
    self.layout = layout
    self.values = values
    transposed = AlignedFloats(count: layout.transposedCount + Matrix.padding)
    updateTransposed(kernels: kernels)
  }

  /// The length of the vector with all values: the last one can be read as part of a whole vector register.
  static func valueCount(_ layout: ParameterLayout) -> Int { layout.totalCount + Matrix.padding }

  /// First values by each parameter's initializer. The numbers depend on the seed and the parameter's
  /// position alone.
  func initialize(seed: UInt64, kernels: KernelSet) {
    for (number, entry) in layout.entries.enumerated() {
      let random = CounterRandom(seed: seed, purpose: .initialization, step: number)
      entry.specification.initializer.fill(
        view(entry), fan: entry.specification.fan, random: random)
    }
    updateTransposed(kernels: kernels)
  }

  /// Makes every transposed copy anew, after the values have been set from outside a training step.
  func updateTransposed(kernels: KernelSet) {
    let scratch = AlignedFloats.matrix(rows: 2 * kernels.lanes, columns: kernels.lanes)
    for entry in layout.entries {
      guard let destination = entry.transposedView(in: transposed) else { continue }
      kernels.transpose(view(entry), into: destination, scratch: scratch.matrix)
    }
  }

  func view(_ entry: ParameterLayout.Entry) -> Matrix { entry.view(in: values) }

  /// A parameter's elements, row-major without padding.
  public func elements(of entry: ParameterLayout.Entry) -> [Float] {
    entry.elements(in: values)
  }

  /// Sets a parameter. The transposed copies are not renewed.
  func set(_ entry: ParameterLayout.Entry, to elements: [Float]) {
    entry.set(elements, in: values)
  }

  /// A copy with memory of its own.
  func copy() -> Parameters {
    let copy = Parameters(layout: layout)
    copy.values.base.update(from: values.base, count: values.count)
    copy.transposed.base.update(from: transposed.base, count: transposed.count)
    return copy
  }
}

extension ParameterLayout.Entry {
  /// This parameter's elements in a vector with the network's layout, row-major without padding.
  func elements(in vector: AlignedFloats) -> [Float] {
    let matrix = view(in: vector)
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      for row in 0..<rows {
        _ = UnsafeMutableBufferPointer(rebasing: buffer[(row * columns)..<((row + 1) * columns)])
          .update(from: matrix.row(row))
      }
      initialized = count
    }
  }

  /// Writes elements, row-major without padding, into a vector with the network's layout.
  func set(_ elements: [Float], in vector: AlignedFloats) {
    precondition(
      elements.count == count,
      "\(elements.count) elements for \(specification.name) of \(specification.shape)")
    let matrix = view(in: vector)
    elements.withUnsafeBufferPointer { source in
      for row in 0..<rows {
        _ = matrix.row(row).update(
          from: UnsafeBufferPointer(rebasing: source[(row * columns)..<((row + 1) * columns)]))
      }
    }
  }
}
