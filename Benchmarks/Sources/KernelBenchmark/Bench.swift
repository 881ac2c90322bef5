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
  private let seconds: Double

  init(kernels: KernelSet, seconds: Double) {
    self.kernels = kernels
    self.seconds = seconds
  }

  /// Seconds of one call: the best of several stretches, each long enough for the clock.
  func time(_ body: () -> Void) -> Double {
    body()
    var calls = 1
    var best = Double.infinity
    let end = now() + seconds
    repeat {
      let start = now()
      for _ in 0..<calls { body() }
      let elapsed = now() - start
      best = min(best, elapsed / Double(calls))
      if elapsed < 5e-3 { calls *= 2 }
    } while now() < end
    return best
  }

  func measurements(of shape: Shape) -> [Measurement] {
    let x = matrix(shape.rows, shape.inputs)
    let w = matrix(shape.inputs, shape.outputs)
    let bias = matrix(1, shape.outputs)
    let y = matrix(shape.rows, shape.outputs)
    let d = matrix(shape.rows, shape.outputs)
    let dx = matrix(shape.rows, shape.inputs)
    let operations = 2 * Double(shape.rows * shape.inputs * shape.outputs)
    let shards = Shards(
      rows: shape.rows, count: Shards.automaticCount(rows: shape.rows))
    return [
      Measurement(kernel: "forward", operations: operations) { [kernels] in
        kernels.multiply(x, w, bias: bias, rectify: true, into: y)
      },
      inputGradient(d, w, into: dx, operations: operations),
      Measurement(kernel: "weight gradient", operations: operations) { [kernels, block] in
        for row in stride(from: 0, to: shape.inputs, by: kernels.gradientRows) {
          for column in stride(from: 0, to: shape.outputs, by: kernels.gradientColumns) {
            let rows = row..<min(row + kernels.gradientRows, shape.inputs)
            let columns = column..<min(column + kernels.gradientColumns, shape.outputs)
            kernels.gradientProduct(
              x.columns(rows), d.columns(columns), shards: shards,
              into: block.matrix(rows: rows.count, columns: columns.count))
          }
        }
      },
    ]
  }

  private func inputGradient(
    _ d: Matrix, _ w: Matrix, into dx: Matrix, operations: Double
  ) -> Measurement {
    let transposed = matrix(w.columns, w.rows)
    return Measurement(kernel: "input gradient", operations: operations) { [kernels] in
      kernels.multiply(d, transposed, into: dx)
    }
  }

  private lazy var block = AlignedFloats(
    count: kernels.gradientRows * Matrix.stride(for: kernels.gradientColumns))
  private var owners: [AlignedFloats] = []

  /// A matrix of numbers that are neither zero nor equal.
  private func matrix(_ rows: Int, _ columns: Int) -> Matrix {
    let (owner, matrix) = AlignedFloats.matrix(rows: rows, columns: columns)
    owners.append(owner)
    for row in 0..<rows {
      for column in 0..<columns {
        matrix[row, column] = Float((row * 31 + column * 17) % 101) / 101 - 0.5
      }
    }
    return matrix
  }
}
