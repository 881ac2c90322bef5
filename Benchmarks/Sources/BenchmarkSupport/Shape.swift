import Descent

/// A dense layer as a mini-batch meets it.
public struct Shape: Sendable {
  public let rows: Int
  public let inputs: Int
  public let outputs: Int

  public var name: String { "\(rows) × \(inputs) → \(outputs)" }
  /// The multiplications and additions of each of its products.
  public var operations: Double { 2 * Double(rows * inputs * outputs) }

  /// Hands over the rows and columns of its weight gradient's blocks, as a training step cuts them.
  public func forEachGradientBlock(
    _ kernels: KernelSet, _ body: (_ rows: Range<Int>, _ columns: Range<Int>) -> Void
  ) {
    for row in stride(from: 0, to: inputs, by: kernels.gradientRows) {
      for column in stride(from: 0, to: outputs, by: kernels.gradientColumns) {
        body(
          row..<min(row + kernels.gradientRows, inputs),
          column..<min(column + kernels.gradientColumns, outputs))
      }
    }
  }

  /// Those of the training benchmark's cells, and a square.
  public static let all: [Shape] =
    [32, 128, 512].flatMap { rows in
      [
        (784, 128), (128, 10), (784, 512), (512, 512), (512, 10), (784, 2048), (2048, 2048),
        (2048, 10),
      ].map { Shape(rows: rows, inputs: $0.0, outputs: $0.1) }
    } + [Shape(rows: 1024, inputs: 1024, outputs: 1024)]
}
