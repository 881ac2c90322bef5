import BenchmarkSupport
import Descent

/// The kernels of a dense layer, made ready to be timed.
final class Bench {
  struct Measurement {
    let kernel: String
    let operations: Double
    let body: () -> Void
  }

  private let kernels: KernelSet
  private let operands = Operands()

  init(kernels: KernelSet) { self.kernels = kernels }

  func measurements(of shape: Shape) -> [Measurement] {
    let x = operands.matrix(shape.rows, shape.inputs)
    let w = operands.matrix(shape.inputs, shape.outputs)
    let bias = operands.matrix(1, shape.outputs)
    let y = operands.matrix(shape.rows, shape.outputs)
    let d = operands.matrix(shape.rows, shape.outputs)
    let dx = operands.matrix(shape.rows, shape.inputs)
    let operations = shape.operations
    let shards = Shards(
      rows: shape.rows, count: Shards.automaticCount(rows: shape.rows))
    return [
      Measurement(kernel: "forward", operations: operations) { [kernels] in
        kernels.multiply(x, w, bias: bias, rectify: true, into: y)
      },
      inputGradient(d, w, into: dx, operations: operations),
      Measurement(kernel: "weight gradient", operations: operations) { [kernels, block] in
        shape.forEachGradientBlock(kernels) { rows, columns in
          kernels.gradientProduct(
            x.columns(rows), d.columns(columns), shards: shards,
            into: block.matrix(rows: rows.count, columns: columns.count))
        }
      },
    ]
  }

  private func inputGradient(
    _ d: Matrix, _ w: Matrix, into dx: Matrix, operations: Double
  ) -> Measurement {
    let transposed = operands.matrix(w.columns, w.rows)
    return Measurement(kernel: "input gradient", operations: operations) { [kernels] in
      kernels.multiply(d, transposed, into: dx)
    }
  }

  private lazy var block = AlignedFloats(
    count: kernels.gradientRows * Matrix.stride(for: kernels.gradientColumns))
}
