/// A layer whose rows have the values of its input in their order, in another shape: the input's memory is the output's where
/// its positions have no gaps between them.
package protocol RearrangingLayer: Layer {
  /// Whether there are such gaps, so that the input has to be copied.
  var copies: Bool { get set }
}

extension RearrangingLayer {
  public var isIdentity: Bool { !copies }
  public var spansPositions: Bool { true }

  public func outputLayout(for input: ActivationLayout, shape: [Int]) -> ActivationLayout {
    .rows(shape.reduce(1, *))
  }

  public func placed(on input: [Int], layout: ActivationLayout) -> any Layer {
    var layer = self
    layer.copies = !layout.isGapless
    return layer
  }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    guard copies else { return }
    context.input.copyPositions(of: rows, into: context.output)
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard copies, let d = context.outputGradient, let dx = context.inputGradient else { return }
    d.copyPositions(of: rows, into: dx)
  }
}

extension Matrix {
  /// Copies rows of a batch between a matrix of positions and one of whole rows, in the one direction or in the other.
  func copyPositions(of rows: Range<Int>, into other: Matrix) {
    let (wide, narrow) = columns > other.columns ? (self, other) : (other, self)
    let positions = wide.columns / narrow.columns
    for row in rows {
      for position in 0..<positions {
        let inWide = wide.base + row * wide.stride + position * narrow.columns
        let inNarrow = narrow.base + (row * positions + position) * narrow.stride
        if wide.base == base {
          inNarrow.update(from: inWide, count: narrow.columns)
        } else {
          inWide.update(from: inNarrow, count: narrow.columns)
        }
      }
    }
  }
}
