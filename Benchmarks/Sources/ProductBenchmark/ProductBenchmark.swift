import ArgumentParser
import BenchmarkSupport
import Descent
import Foundation

/// Measures products of matrices on one core by Descent and by other libraries in turn, on the same operands: the
/// forward product x·w and the weight gradient xᵀ·d of each shape.
///
/// The input's gradient is left out: Descent keeps a transposed copy of a kernel for it, or forms it together with the
/// update, so that there is no call to compare. One line of JSON is printed for each product.
@main
struct ProductBenchmark: ParsableCommand {
  @Option(help: "NAME=PATH of a library with cblas_sgemm; can be repeated.") var blas: [String] = []
  @Option(help: "Only shapes whose name contains this.") var only = ""
  @Option(help: "Rounds in which all take turns.") var rounds = 5
  @Option(help: "Seconds of each measurement.") var seconds = 0.1

  func run() throws {
    let libraries = try blas.map(BLASLibrary.init(argument:))
    let kernels = KernelSet.best
    for shape in Shape.all where only.isEmpty || shape.name.contains(only) {
      let operands = Operands()
      let x = operands.matrix(shape.rows, shape.inputs)
      let w = operands.matrix(shape.inputs, shape.outputs)
      let d = operands.matrix(shape.rows, shape.outputs)
      let shards = Shards(rows: shape.rows, count: Shards.automaticCount(rows: shape.rows))
      try measure("forward", shape, operands.matrix(shape.rows, shape.outputs), libraries) {
        kernels.multiply(x, w, into: $0)
      } theirs: {
        $0.multiply(x, w, into: $1)
      }
      try measure("weight gradient", shape, operands.matrix(shape.inputs, shape.outputs), libraries)
      {
        gradient in
        shape.forEachGradientBlock(kernels) { rows, columns in
          kernels.gradientProduct(
            x.columns(rows), d.columns(columns), shards: shards,
            into: gradient.block(rows, columns))
        }
      } theirs: {
        $0.multiply(x, transposed: true, d, into: $1)
      }
    }
  }

  /// Measures one product by all, and checks that they compute the same.
  private func measure(
    _ product: String, _ shape: Shape, _ result: Matrix, _ libraries: [BLASLibrary],
    ours: (Matrix) -> Void, theirs: (BLASLibrary, Matrix) -> Void
  ) throws {
    ours(result)
    let expected = (0..<result.rows).map { Array(result.row($0)) }
    for library in libraries {
      theirs(library, result)
      for (row, values) in expected.enumerated() {
        // Sums of numbers below a half, in another order.
        for (a, b) in zip(values, result.row(row)) where abs(a - b) > 1e-3 {
          throw ValidationError(
            "\(library.name) computes \(b) where Descent does \(a): \(shape.name)")
        }
      }
    }
    var peaks: [Double] = []
    var rates = [[Double]](repeating: [], count: libraries.count + 1)
    for round in 0..<rounds {
      peaks.append(Processor.measuredPeak(kernels: .best))
      // Another begins in every round.
      for turn in 0...libraries.count {
        let contestant = (turn + round) % (libraries.count + 1)
        let time = fastest(within: seconds) {
          if contestant == 0 { ours(result) } else { theirs(libraries[contestant - 1], result) }
        }
        rates[contestant].append(shape.operations / time / 1e9)
      }
    }
    let names = ["Descent"] + libraries.map(\.name)
    let entries = zip(names, rates).map { "\"\($0)\": \($1)" }.joined(separator: ", ")
    print(
      "{\"product\": \"\(product)\", \"shape\": \"\(shape.name)\", \"peak\": \(peaks), "
        + "\"rates\": {\(entries)}, \"version\": \"\(DescentVersion.current)\"}")
    fflush(nil)
  }
}
