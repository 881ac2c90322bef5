import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Runs with augmentation: which rows it meets, and that neither threads nor interruptions matter.
@Suite struct AugmentedTrainingTests {
  private static func trainer(
    _ augmentation: [any Augmentation],
    layers: [any Layer] = [Conv2D(4, kernelSize: 2), Flatten()],
    on data: Dataset, validation: Dataset? = nil, batch: BatchSize = .rows(16), threads: Int = 2,
    kernels: KernelSet = .best
  ) throws -> Trainer {
    let trainer = try Trainer(
      Network(input: data.shape, layers: layers + [Dense(3, activation: .softmax)]),
      cost: .categoricalCrossEntropy, optimizer: .adam(learningRate: 0.01),
      metrics: [Accuracy(), LogLoss()], seed: 3, augmentation: augmentation, threads: threads,
      kernels: kernels)
    try trainer.prepare(on: data, validation: validation, batchSize: batch, horizon: 3)
    return trainer
  }

  private static let list: [any Augmentation] = [
    HorizontalFlip(), RandomCrop(padding: 2), RandomErasing(),
  ]

  /// Training on rows that are always mirrored is training on a data set of mirrored rows; validation rows are not mirrored.
  @Test(arguments: KernelSet.available)
  func trainingSeesAugmentedRowsAndValidationDoesNot(kernels: KernelSet) throws {
    let (data, held) = (try imageRows(53), try imageRows(20, seed: 6))
    let mirrored = try data.with(
      features: .floats(
        augmented([HorizontalFlip(probability: 1)], data).flatMap { $0 }))
    let one = try Self.trainer(
      [HorizontalFlip(probability: 1)], on: data, validation: held, kernels: kernels)
    let other = try Self.trainer([], on: mirrored, validation: held, kernels: kernels)
    try one.run(epochs: 2)
    try other.run(epochs: 2)
    #expect(RunBits(one) == RunBits(other))
  }

  /// Bytes and numbers are augmented in their own unit, before they are scaled: black stays black.
  @Test func augmentationComesBeforeScaling() throws {
    let bytes = (0..<40 * 60).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    let targets = try imageRows(40).targets
    let raw = Dataset(features: .bytes(bytes), shape: [6, 5, 2], targets: targets)
    let scaled = Dataset(
      features: .floats(bytes.map { Float($0) * Float(1.0 / 255) }), shape: [6, 5, 2],
      targets: targets)
    let shift = Shift(0.4, fill: ImageFill(value: 51))
    let one = try Self.trainer(
      [shift], layers: [Rescaling(scale: 1 / 255), Conv2D(4, kernelSize: 2), Flatten()], on: raw)
    let other = try Self.trainer([Shift(0.4, fill: ImageFill(value: 0.2))], on: scaled)
    try one.run(epochs: 1)
    try other.run(epochs: 1)
    for (cost, expected) in zip(one.history.stepCosts, other.history.stepCosts) {
      #expect(abs(cost - expected) < 1e-5)
    }
  }

  static let networks: [[any Layer]] = [
    [Conv2D(4, kernelSize: 2), BatchNormalization(), Flatten()],
    // Whose input every worker would gather for itself, were it not augmented.
    [Flatten(), Dense(200, activation: .relu)],
  ]

  @Test(arguments: [0, 1], KernelSet.available)
  func neitherThreadsNorStopsMatter(network: Int, kernels: KernelSet) throws {
    let data = try imageRows(53)
    func trainer(threads: Int) throws -> Trainer {
      try Self.trainer(
        Self.list, layers: Self.networks[network], on: data, threads: threads, kernels: kernels)
    }
    let whole = try trainer(threads: 1)
    try whole.run(epochs: 3)
    let expected = RunBits(whole)
    let plain = try Self.trainer([], layers: Self.networks[network], on: data, kernels: kernels)
    try plain.run(epochs: 3)
    #expect(RunBits(plain) != expected)
    for threads in [2, 3, 5] {
      let other = try trainer(threads: threads)
      while other.state.epoch < 3 { _ = try other.advance(until: 0) }
      #expect(RunBits(other) == expected, "\(threads) threads")
    }
  }

  // MARK: - Refusals

  @Test(arguments: [
    ([13], "13 columns"), ([9, 2], "are 9×2"),
  ]) func rowsThatAreNoImagesAreRefused(shape: [Int], words: String) throws {
    let data = try imageRows(9, shape: shape)
    let error = #expect(throws: DescentError.self) {
      _ = try Self.trainer(Self.list, layers: [Flatten()], on: data)
    }
    #expect(error?.place == "augmentation")
    #expect(error?.problem.contains(words) == true)
  }

  @Test(
    arguments: [
      HorizontalFlip(probability: 2), RandomCrop(padding: -1),
      RandomCrop(fill: ImageFill(value: .nan)),
      Shift(.infinity), RandomErasing(probability: -1),
      RandomErasing(area: 0...1), RandomErasing(ratio: 1...(.infinity)),
    ] as [any Augmentation])
  func optionsOfAProgramAreChecked(augmentation: any Augmentation) throws {
    let data = try imageRows(9)
    let error = #expect(throws: DescentError.self) {
      _ = try Self.trainer([augmentation], on: data)
    }
    #expect(error?.place == "augmentation.\(type(of: augmentation).kind)")
  }
}
