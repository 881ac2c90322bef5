/// A network's parameters in one flat vector, with the copies that are derived from it.
///
/// Not `Sendable` by the compiler's proof: whoever trains owns it, and tasks write disjoint pieces.
public final class Parameters: @unchecked Sendable {
  public let layout: ParameterLayout
  package let values: AlignedFloats
  /// Copies of some in other forms.
  package let copies: AlignedFloats

  /// Zeros.
  package init(layout: ParameterLayout) {
    self.layout = layout
    values = AlignedFloats(count: Self.valueCount(layout))
    copies = AlignedFloats(count: layout.copyCount + Matrix.padding)
  }

  /// Parameters that a vector holds, which becomes theirs.
  package init(layout: ParameterLayout, values: AlignedFloats, kernels: KernelSet) {
    self.layout = layout
    self.values = values
    copies = AlignedFloats(count: layout.copyCount + Matrix.padding)
    renewCopies(kernels: kernels)
  }

  /// The length of the vector with all values: the last one can be read as part of a whole vector register.
  package static func valueCount(_ layout: ParameterLayout) -> Int {
    layout.totalCount + Matrix.padding
  }

  /// First values by each parameter's initializer. The numbers depend on the seed and the parameter's
  /// position alone.
  package func initialize(seed: UInt64, kernels: KernelSet) {
    for (number, entry) in layout.entries.enumerated() {
      let random = CounterRandom(seed: seed, purpose: .initialization, step: number)
      entry.specification.initialize(view(entry), random: random)
    }
    renewCopies(kernels: kernels)
  }

  /// Makes every copy anew, after the values have been set from outside a training step.
  package func renewCopies(kernels: KernelSet) {
    let scratch = AlignedFloats.matrix(rows: 2 * kernels.lanes, columns: kernels.lanes)
    for entry in layout.entries {
      for copy in entry.copies(in: copies) {
        copy.form.renew(
          copy.matrix, from: view(entry), kernels: kernels, scratch: scratch.matrix)
      }
    }
  }

  package func view(_ entry: ParameterLayout.Entry) -> Matrix { entry.view(in: values) }

  /// A parameter's elements, row-major without padding.
  public func elements(of entry: ParameterLayout.Entry) -> [Float] {
    entry.elements(in: values)
  }

  /// Sets a parameter. The copies are not renewed.
  package func set(_ entry: ParameterLayout.Entry, to elements: [Float]) {
    entry.set(elements, in: values)
  }

  /// A copy with memory of its own.
  package func copy() -> Parameters {
    let copy = Parameters(layout: layout)
    copy.values.base.update(from: values.base, count: values.count)
    copy.copies.base.update(from: copies.base, count: copies.count)
    return copy
  }
}

extension ParameterLayout.Entry {
  /// This parameter's elements in a vector with the network's layout, row-major without padding.
  package func elements(in vector: AlignedFloats) -> [Float] {
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
  package func set(_ elements: [Float], in vector: AlignedFloats) {
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
