/// Where a way past some layers begins: passes its input on, and adds up the gradients of both ways.
package struct Fork: Layer, PlainComponent {
  package static let kind = "fork"
  package static let summary = "Where a way past some layers begins."

  package init() {}
  package var sharesInput: Bool { true }

  package func forward(_ context: LayerContext, rows: Range<Int>) {}

  package func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient?.rows(rows), let dx = context.inputGradient?.rows(rows),
      let skipped = context.skipGradient?.rows(rows)
    else { return }
    context.kernels.add(d, skipped, into: dx)
  }
}
