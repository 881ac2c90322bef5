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
    // Where operands are rounded, the output's gradient is once for all blocks.
    let words =
      kernels.precision == .float32
      ? nil : PairMatrix(in: operands.matrix(shape.rows, shape.outputs))
    return [
      Measurement(kernel: "forward", operations: operations) { [kernels] in
        kernels.multiply(x, w, bias: bias, rectify: true, into: y)
      },
      inputGradient(d, w, into: dx, operations: operations),
      inputGradientByStripes(d, w, operations: operations),
      Measurement(kernel: "weight gradient", operations: operations) { [kernels, block] in
        if let words { kernels.pairRows(d, shards: shards, into: words) }
        shape.forEachGradientBlock(kernels) { rows, columns in
          kernels.gradientProduct(
            x.columns(rows), d.columns(columns), dWords: words?.columns(columns), shards: shards,
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

  /// As large layers form it: stripe after stripe of the kernel's rows, times the transposed output gradient.
  private func inputGradientByStripes(
    _ d: Matrix, _ w: Matrix, operations: Double
  ) -> Measurement {
    let transposed = operands.matrix(d.columns, d.rows)
    let height = KernelSet.stripeRows(of: w.rows)
    let work = operands.matrix(height, d.rows)
    return Measurement(kernel: "input gradient by stripes", operations: operations) { [kernels] in
      for row in stride(from: 0, to: w.rows, by: height) {
        let rows = row..<min(row + height, w.rows)
        kernels.multiply(w.rows(rows), transposed, into: work.rows(0..<rows.count))
      }
    }
  }

  private lazy var block = AlignedFloats(
    count: kernels.gradientRows * Matrix.stride(for: kernels.gradientColumns))
}
