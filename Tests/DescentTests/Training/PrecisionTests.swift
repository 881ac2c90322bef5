import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentFormat
@testable import Kernels

/// Networks whose products take operands rounded to bfloat16.
@Suite struct PrecisionTests {
  private static func trainer(
    _ precision: ProductPrecision, threads: Int = 2, kernels: KernelSet = .best
  ) throws -> Trainer {
    let trainer = try Trainer(
      Network(
        input: [4, 3, 1],
        layers: [
          Conv2D(3, kernelSize: 2, activation: .relu), BatchNormalization(), Flatten(),
          Dense(33, activation: .tanh), Dense(3, activation: .softmax),
        ], precision: precision),
      cost: .categoricalCrossEntropy, optimizer: .adam(learningRate: 0.01),
      metrics: [Accuracy()], seed: 3, threads: threads, kernels: kernels)
    let rows = try classRows(61, width: 12).with(shape: [4, 3, 1])
    try trainer.prepare(on: rows, batchSize: 16, horizon: 4)
    return trainer
  }

  @Test func goesOnExactlyFromAFileOnOtherThreads() throws {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "precision-\(UUID().uuidString).h5").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let whole = try Self.trainer(.bfloat16)
    try whole.run(epochs: 4)
    let part = try Self.trainer(.bfloat16, threads: 1)
    try part.run(epochs: 2)
    try part.save(to: path)
    let resumed = try Trainer(resuming: path, threads: 3)
    #expect(resumed.network.precision == .bfloat16)
    let rows = try classRows(61, width: 12).with(shape: [4, 3, 1])
    try resumed.prepare(on: rows, batchSize: 16, horizon: 4)
    try resumed.run(epochs: 4)
    #expect(RunBits(resumed).parameters == RunBits(whole).parameters)
    #expect(RunBits(resumed).stepCosts == RunBits(whole).stepCosts)
    try resumed.save(to: path)
    let model = try Model(contentsOf: path)
    #expect(model.network.precision == .bfloat16)
    #expect(try model.predict(rows) == whole.model.predict(rows))
  }

  /// A processor without instructions for such products gets the same bits.
  @Test func instructionsDoNotMatter() throws {
    #if arch(x86_64)
      guard KernelSet.best.hasBFloat16 else { return }
      let expected = try Self.trainer(
        .bfloat16, kernels: KernelSet.best.with(.bfloat16, byInstructions: true))
      try expected.run(epochs: 2)
      let emulated = try Self.trainer(.bfloat16, kernels: .avx512)
      try emulated.run(epochs: 2)
      #expect(RunBits(emulated) == RunBits(expected))
    #endif
  }

  /// What is rounded is near what is not, and not the same.
  @Test func isNearSinglePrecision() throws {
    let (rounded, exact) = (try Self.trainer(.bfloat16), try Self.trainer(.float32))
    try rounded.run(epochs: 1)
    try exact.run(epochs: 1)
    let pairs = zip(rounded.history.stepCosts, exact.history.stepCosts)
    #expect(pairs.contains { $0 != $1 })
    // Eight bits of significand leave a relative error of 2⁻⁸ in each operand.
    for (a, b) in pairs { #expect(abs(a - b) < 0.02 * b) }
  }

  /// A file says nothing of what is the default, so that earlier versions read it.
  @Test func onlyRoundingIsWritten() throws {
    #expect(ModelFile.describe(try Self.trainer(.float32).network)["precision"] == nil)
    let node = ModelFile.describe(try Self.trainer(.bfloat16).network)
    #expect(node["precision"] == .string("bfloat16"))
  }
}
