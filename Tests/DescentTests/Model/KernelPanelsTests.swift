import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Products of few rows with kernels that lie in panels.
@Suite struct KernelPanelsTests {
  private static func network(_ precision: ProductPrecision = .float32) throws -> Network {
    try Network(
      input: [700],
      layers: [
        Dense(601, activation: .tanh), Dense(500, activation: .relu),
        Dense(3, activation: .softmax),
      ], precision: precision)
  }

  @Test(arguments: KernelSet.available.map(\.name), [2, 3, 7, 8, 13, 31, 64])
  func sameBitsAsWithTheKernelAsItLies(set: String, rows: Int) throws {
    let kernels = try #require(KernelSet.named(set))
    let network = try Self.network()
    let parameters = Parameters(layout: network.layout)
    parameters.initialize(seed: 3, kernels: kernels)
    let panels = KernelPanels(of: network, parameters)
    let execution = Execution(
      network: network, parameters: parameters, kernels: kernels, capacity: rows,
      isTraining: false, costTakesActivation: false)
    for row in 0..<rows {
      _ = execution.input.row(row).update(from: noise(700, seed: UInt64(row)))
    }
    let contexts = execution.contexts(of: BatchShare(rows: rows))
    for (index, layer) in network.layers.enumerated() {
      let context = contexts[index]
      func output() -> [UInt32] {
        (0..<rows).flatMap { context.output.row($0).map(\.bitPattern) }
      }
      layer.forward(context, rows: 0..<rows)
      let expected = output()
      context.output.clear()
      let isPanelled = index < 2
      #expect(panels.forward(index, layer, context) == isPanelled)
      #expect(!isPanelled || output() == expected, "layer \(index)")
      if !isPanelled { continue }
      // Columns as a worker takes them, which begin and end with panels, and such as do not.
      for columns in [0..<96, 96..<context.output.columns, 16..<400] {
        context.output.clear()
        #expect(panels.forward(index, layer, context, columns: columns))
        for row in 0..<rows {
          let found = context.output.columns(columns).row(row).map(\.bitPattern)
          let start = row * context.output.columns
          #expect(
            found == Array(expected[start + columns.lowerBound..<start + columns.upperBound]))
        }
      }
      layer.forward(context, rows: 0..<rows)
    }
  }

  /// One row reads a kernel as it lies from end to end, and rounded kernels are copies of their own.
  @Test func oneRowAndRoundedKernelsGoTheirOwnWay() throws {
    let network = try Self.network()
    let parameters = Parameters(layout: network.layout)
    let execution = Execution(
      network: network, parameters: parameters, kernels: .best, capacity: 1, isTraining: false,
      costTakesActivation: false)
    let context = execution.contexts(of: BatchShare(rows: 1))[0]
    #expect(!KernelPanels(of: network, parameters).forward(0, network.layers[0], context))
    #expect(KernelPanels.floats(of: network) > 700 * 601 + 601 * 500)
    #expect(KernelPanels.floats(of: try Self.network(.bfloat16)) == 0)
  }
}
