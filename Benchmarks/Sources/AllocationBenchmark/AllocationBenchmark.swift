import AllocationCounter
import Descent

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A gate: a training step allocates nothing.
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
    let optimizers: [(String, any Optimizer)] = [
      ("gradient descent", .gradientDescent(learningRate: 0.01)), ("adam", .adam()),
      ("adam, clipped norm", .adam(updates: UpdateOptions(globalClipNorm: 1))),
    ]
    for (name, optimizer) in optimizers {
      for threads in [1, 2] {
        let many = try allocations(optimizer, batch: 8, threads: threads)
        let few = try allocations(optimizer, batch: 64, threads: threads)
        // An epoch's own order of rows and record are some: a counter that sees none does not count.
        guard few.allocations > 0 else { fail("the counter sees no allocations") }
        let perStep = Double(many.allocations - few.allocations) / Double(many.steps - few.steps)
        let line = name.padding(22) + "\(threads)".padding(9) + "\(perStep)"
        print(line)
        if abs(perStep) > threshold { failed = true }
      }
    }
    if failed { fail("more than \(threshold) allocations a step") }
  }

  private static func fail(_ reason: String) -> Never {
    print("failed: \(reason)")
    exit(1)
  }

  /// The allocations of an epoch and its steps, after one to warm up.
  private static func allocations(
    _ optimizer: any Optimizer, batch: Int, threads: Int
  ) throws -> (allocations: Int, steps: Int) {
    let rows = 8192
    let width = 20
    let dataset = Dataset(
      features: .floats((0..<rows * width).map { Float($0 % 17) / 17 }), shape: [width],
      targets: .classes((0..<rows).map { Int32($0 % 3) }, names: ["a", "b", "c"]))
    let network = try Network(input: [width]) {
      Dense(600, activation: .relu)
      Dropout(0.2)
      Dense(500, activation: .tanh)
      BatchNormalization()
      Dense(3, activation: .softmax)
    }
    let trainer = try Trainer(
      network, cost: .categoricalCrossEntropy, optimizer: optimizer, metrics: [Accuracy()], seed: 1,
      threads: threads)
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
