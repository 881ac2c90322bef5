import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

@Suite struct NetworkSummaryTests {
  /// Window × channels × filters for each position of the output; inputs × units.
  @Test func productsAreCountedPositionByPosition() throws {
    let grouped = ConvolutionSettings(
      filters: 12, kernelSize: 3, strides: 2, padding: .same, groups: 4, useBias: false)
    let network = try Network(input: [9, 9, 3]) {
      Conv2D(8, kernelSize: [3, 2], activation: .relu)
      BatchNormalization()
      Conv2D(grouped)
      Residual(projection: true) { Conv2D(16, kernelSize: 3, strides: 2, padding: .same) }
      Flatten()
      Dense(5)
    }
    let expected = [
      "conv2d": 7 * 8 * (3 * 2 * 3) * 8,
      "conv2d_1": 4 * 4 * (3 * 3 * 2) * 12,
      "conv2d_2": 2 * 2 * (3 * 3 * 12) * 16,
      // The projection, of single pixels.
      "conv2d_3": 2 * 2 * 12 * 16,
      "dense": 2 * 2 * 16 * 5,
    ]
    let summary = network.summary
    for layer in summary.layers {
      #expect(layer.multiplyAdds == expected[layer.name, default: 0], "\(layer.name)")
    }
    #expect(summary.multiplyAdds == expected.values.reduce(0, +))
    #expect(summary.parameters == network.layout.parameterCount)
    let dense = try #require(summary.layers.last)
    #expect((dense.name, dense.kind, dense.output) == ("dense", "dense", [5]))
    #expect(dense.parameters == 64 * 5 + 5)
  }

  @Test func theTableEndsWithTheTotal() throws {
    let network = try Network(input: [40, 40, 1]) {
      Conv2D(32, kernelSize: 5, padding: .same)
      GlobalAveragePooling2D()
      Dense(2)
    }
    #expect(
      network.summary.table == [
        ["layer", "kind", "output", "parameters", "multiply-adds"],
        ["conv2d", "conv2d", "40×40×32", "832", "1,280,000"],
        ["global_average_pooling2d", "global_average_pooling2d", "32", "0", "0"],
        ["dense", "dense", "2", "66", "64"],
        ["total", "", "", "898", "1,280,064"],
      ])
  }

  @Test(arguments: [(3, 4, 12, 7), (.max, 1, .max, .max), (1 << 40, 1 << 40, .max, 1 << 41)])
  func whatIsTooLargeIsTheLargest(a: Int, b: Int, product: Int, sum: Int) {
    #expect(a.multipliedSaturating(by: b) == product)
    #expect(a.addingSaturating(b) == sum)
  }
}
