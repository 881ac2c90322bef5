import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// One map whose lines workers share.
@Suite struct LineRunTests {
  /// Strides that do not divide, padding of both kinds, groups, activations that the product does not apply, residual blocks
  /// with and without a projection, and layers that no lines can be taken of.
  private static func network(_ precision: ProductPrecision) throws -> Network {
    try Network(
      input: [23, 19, 3],
      layers: [
        Rescaling(scale: 0.5),
        Conv2D(32, kernelSize: 3, padding: .same, useBias: false), BatchNormalization(),
        ActivationLayer(ReLU()),
        Residual {
          Conv2D(32, kernelSize: 3, padding: .same, activation: .gelu)
          LayerNormalization()
          Conv2D(ConvolutionSettings(filters: 32, kernelSize: 5, padding: .same, groups: 2))
          BatchNormalization()
        },
        MaxPooling2D(3, strides: 2, padding: .same),
        Residual(projection: true) {
          Conv2D(45, kernelSize: 3, strides: 2, padding: .same, activation: .tanh)
          DepthwiseConv2D(kernelSize: 3, padding: .same)
          Conv2D(
            ConvolutionSettings(filters: 45, kernelSize: 3, padding: .same, dilationRate: 2))
        },
        ActivationLayer(SiLU()), Dropout(0.25),
        AveragePooling2D(2, strides: 1),
        Conv2D(64, kernelSize: 2, padding: .valid, activation: .relu),
        GlobalAveragePooling2D(), Dense(7, activation: .softmax),
      ], precision: precision)
  }

  @Test(arguments: KernelSet.available.map(\.name), [ProductPrecision.float32, .bfloat16])
  func sameBitsAsOneWorker(set: String, precision: ProductPrecision) throws {
    let kernels = try #require(KernelSet.named(set))
    let network = try Self.network(precision)
    #expect(network.lineRuns.count >= 6)
    #expect(network.lineRuns.map(\.layers.count).max() ?? 0 >= 3)
    let model = try Trainer(
      network, cost: .categoricalCrossEntropy, optimizer: .adam(), seed: 5, threads: 1,
      kernels: kernels
    ).model
    for seed in 0..<3 {
      let image = Dataset(
        features: .floats(noise(network.inputWidth, seed: UInt64(seed))),
        shape: network.inputShape)
      let expected = try model.predict(image, threads: 1).map(\.bitPattern)
      for threads in [2, 3, 40, 1] {
        #expect(
          InferenceShares(of: 1, network: network, threads: threads, areAwake: true).workers
            == threads)
        // The second call finds workers awake.
        for _ in 0..<2 {
          #expect(try model.predict(image, threads: threads).map(\.bitPattern) == expected)
        }
      }
    }
  }
}
