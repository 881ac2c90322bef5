import AllocationCounter
import Descent

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A gate: a training step allocates nothing, with groups and an exchange neither, and the prediction of a row little.
///
/// Two runs over the same rows differ in nothing but the number of steps in an epoch. What their epochs differ by in
/// allocations, their steps have made; an epoch's own (its order of rows, its record) cancel out.
@main
struct AllocationBenchmark {
  /// Allocations a step may make, in the mean: none. A thread the system starts in between would count.
  static let threshold = 0.01

  static func main() throws {
    var failed = false
    print("optimizer             threads  allocations a step")
    let clipping = UpdateOptions(globalClipNorm: 1)
    let runs = [
      Run(name: "gradient descent", optimizer: GradientDescent(learningRate: 0.01)),
      Run(name: "adam", optimizer: Adam()),
      Run(name: "adam, clipped norm", optimizer: Adam(updates: clipping)),
      Run(name: "adam, 4 groups", optimizer: Adam(), groups: 4),
      Run(name: "adam, exchange", optimizer: Adam(), groups: 4, isShared: true),
      Run(name: "adam, feature maps", optimizer: Adam(), hasMaps: true),
    ]
    for run in runs {
      for threads in [1, 2] {
        let many = try allocations(run, batch: 8, threads: threads)
        let few = try allocations(run, batch: 64, threads: threads)
        // An epoch's own order of rows and record are some: a counter that sees none does not count.
        guard few.allocations > 0 else { fail("the counter sees no allocations") }
        let perStep = Double(many.allocations - few.allocations) / Double(many.steps - few.steps)
        let line = run.name.padding(22) + "\(threads)".padding(9) + "\(perStep)"
        print(line)
        if abs(perStep) > threshold { failed = true }
      }
    }
    if failed { fail("more than \(threshold) allocations a step") }
    let perRow = try allocationsOfARow()
    print("allocations of a row's prediction: \(perRow)")
    if perRow > mostOfARow { fail("more than \(mostOfARow) allocations of a row's prediction") }
  }

  /// Allocations that the prediction of one row may make: its features, its outputs, and what holds them.
  static let mostOfARow = 24.0

  private static func allocationsOfARow() throws -> Double {
    let model = try Trainer(
      Network(input: [20]) {
        Normalization()
        Dense(600, activation: .relu)
        BatchNormalization()
        Dense(3, activation: .softmax)
      }, cost: .categoricalCrossEntropy, optimizer: .adam(), seed: 1, threads: 1
    ).model
    let row = [[Float](repeating: 0.5, count: 20)]
    _ = try model.predict(row, threads: 1)
    let first = allocation_count()
    for _ in 0..<100 { _ = try model.predict(row, threads: 1) }
    return Double(allocation_count() - first) / 100
  }

  private static func fail(_ reason: String) -> Never {
    print("failed: \(reason)")
    exit(1)
  }

  private struct Run {
    var name: String
    var optimizer: any Optimizer
    var groups = 1
    /// Whether others have a part of the groups, who never come.
    var isShared = false
    /// Whether the rows are maps, and the network convolves and pools them.
    var hasMaps = false

    func network(width: Int) throws -> Network {
      guard hasMaps else {
        return try Network(input: [width]) {
          Dense(600, activation: .relu)
          Dropout(0.2)
          Dense(500, activation: .tanh)
          BatchNormalization()
          Dense(3, activation: .softmax)
        }
      }
      return try Network(input: [4, width / 4, 1]) {
        Conv2D(5, kernelSize: 3, padding: .same, activation: .relu)
        MaxPooling2D(2)
        Residual(projection: true, dropPath: 0.1) {
          Conv2D(16, kernelSize: 3, strides: 2, padding: .same, activation: .gelu)
          BatchNormalization()
          SpatialDropout2D(0.2)
        }
        GlobalAveragePooling2D()
        Dense(3, activation: .softmax)
      }
    }
  }

  /// Leaves an engine's sums as they are.
  private final class SilentExchange: GradientExchange {
    let groups = 1..<4
    let (number, count) = (0, 1)
    func add(_ sums: GroupSums<Float>) {}
    func add(_ sums: GroupSums<Double>) {}
    func gather(_ values: UnsafeMutableBufferPointer<Float>, own: Range<Int>) {}
    func leave(because error: DescentError) {}
  }

  /// The allocations of an epoch and its steps, after one to warm up.
  private static func allocations(
    _ run: Run, batch: Int, threads: Int
  ) throws -> (allocations: Int, steps: Int) {
    let rows = 8192
    let width = 20
    let network = try run.network(width: width)
    let dataset = Dataset(
      features: .floats((0..<rows * width).map { Float($0 % 17) / 17 }), shape: network.inputShape,
      targets: .classes((0..<rows).map { Int32($0 % 3) }, names: ["a", "b", "c"]))
    let trainer = try Trainer(
      network, cost: .categoricalCrossEntropy, optimizer: run.optimizer, metrics: [Accuracy()],
      seed: 1, groups: run.groups,
      augmentation: run.hasMaps
        ? [
          HorizontalFlip(), RandomCrop(padding: 1), Rotation(), RandomErasing(), Contrast(),
          Mixup(),
          CutMix(),
        ] : [], threads: threads)
    if run.isShared { trainer.exchange = SilentExchange() }
    try trainer.prepare(on: dataset, batchSize: .rows(batch), horizon: 10)
    _ = try trainer.advance()
    let (first, step) = (allocation_count(), trainer.state.step)
    _ = try trainer.advance()
    return (allocation_count() - first, trainer.state.step - step)
  }
}

extension String {
  fileprivate func padding(_ width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
