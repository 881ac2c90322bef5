// Stands in for the library's side of the commands until that is merged; real training, no files.
import Descent
import Foundation
import HDF5
import Kernels

extension DescentVersion { static var hdf5: String { HDF5Library.version } }

struct RunSummary: Sendable {
  var name: String
  var folder: String
  var parameterCount: Int
  var layers: [(name: String, kind: String, outputShape: [Int], parameters: Int)]
  var trainingRows: Int
  var validationRows: Int
  var testRows: Int?
  var batchSize: Int
  var batchesPerEpoch: Int
  var epochs: Int
  var threads: Int
  var shards: Int
  var kernels: String
  var startEpoch: Int
  var startStep: Int
  var metricNames: [String]
  var warnings: [String]
}

enum RunEvent: Sendable {
  case epoch(EpochRecord, isBest: Bool)
  case checkpoint(path: String)
  case warning(String)
}

struct RunOutcome: Sendable {
  enum Reason { case finished, stoppedEarly, interrupted, nothingToDo }
  var reason: Reason
  var epochsDone: Int
  var steps: Int
  var seconds: Double
  var bestEpoch: Int
  var bestValue: Double?
  var lastPath: String
  var bestPath: String
  var test: EvaluationResult?
}

struct EvaluationResult: Sendable {
  var rows: Int
  var cost: Double
  var metrics: [(name: String, value: Double)]
  var data: String
}

final class RunSession {
  let summary: RunSummary
  let control: TrainingControl
  private let trainer: Trainer

  private init(config: RunConfig, output: String?, threads: Int?) throws(DescentError) {
    guard case .file(let path) = config.data.train else { throw standIn }
    var options = CSVReader.Options()
    options.targets = config.data.target
    let all = try Dataset.load(features: path, options: options)
    let (training, validation) = try all.split(validationFraction: 0.1, seed: 0)
    guard case .classes(_, let names)? = all.targets else { throw standIn }
    let layers: [any Layer] = [
      Normalization(), Dense(64, activation: ReLU()), Dense(names.count, activation: Softmax()),
    ]
    let network = try Network(input: all.shape, layers: layers)
    trainer = try Trainer(
      network, cost: CategoricalCrossEntropy(),
      optimizer: Adam(), metrics: [Accuracy()],
      seed: UInt64(config.seed), threads: threads)
    try trainer.prepare(
      on: training, validation: validation, batchSize: .rows(config.batchSize ?? 32),
      horizon: config.epochs)
    control = trainer.control
    summary = RunSummary(
      name: config.name, folder: output ?? "runs/" + config.name,
      parameterCount: network.layout.totalCount,
      layers: zip(network.layerNames, network.shapes).map { ($0, $0, $1, 0) },
      trainingRows: training.count, validationRows: validation.count, testRows: nil,
      batchSize: config.batchSize ?? 32, batchesPerEpoch: trainer.batchesPerEpoch,
      epochs: config.epochs, threads: trainer.threads, shards: config.shards ?? 2,
      kernels: trainer.kernels.name, startEpoch: 0, startStep: 0, metricNames: ["accuracy"],
      warnings: [])
  }

  static func new(
    config: ConfigNode, output: String?, force: Bool, threads: Int?, from: String?
  ) throws(DescentError) -> RunSession {
    try RunSession(config: RunConfig(config), output: output, threads: threads)
  }

  static func resume(
    _ path: String, epochs: Int?, threads: Int?, data: String?, labels: String?, output: String?,
    continueAfterStop: Bool
  ) throws(DescentError) -> RunSession { throw standIn }

  func run(_ report: (RunEvent) -> Void) throws(DescentError) -> RunOutcome {
    let start = Date()
    var reason = RunOutcome.Reason.finished
    while trainer.state.epoch < summary.epochs {
      let advance = trainer.advance()
      if case .epoch(let record) = advance {
        report(.epoch(record, isBest: trainer.isAtBest))
      } else if case .diverged(let step, let cost) = advance {
        throw DescentError(.diverged, "the cost became \(cost) in step \(step)")
      } else {
        reason = .interrupted
        break
      }
    }
    return RunOutcome(
      reason: reason, epochsDone: trainer.state.epoch, steps: trainer.state.step,
      seconds: Date().timeIntervalSince(start), bestEpoch: trainer.state.bestEpoch,
      bestValue: trainer.state.bestValue, lastPath: summary.folder + "/last.h5",
      bestPath: summary.folder + "/best.h5", test: nil)
  }
}

private let standIn = DescentError(.inputOutput, "the library's side is not merged yet")

enum Evaluation {
  static func run(
    model: String, data: String?, labels: String?, target: [String], threads: Int?
  ) throws(DescentError) -> EvaluationResult { throw standIn }
}

enum Prediction {
  static func run(
    model: String, input: String, output: String?, probabilities: Bool, threads: Int?,
    write: (String) -> Void
  ) throws(DescentError) { throw standIn }
}

enum FileInspection {
  static func run(_ path: String, verify: Bool) throws(DescentError) -> ConfigValue {
    throw standIn
  }
}

enum ConfigCheck {
  static func run(config: ConfigNode) throws(DescentError) -> RunSummary {
    try RunSession.new(config: config, output: nil, force: false, threads: nil, from: nil).summary
  }
}

enum Processor {
  static var name: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
      ?? "unknown"
  }

  static func measuredPeak(kernels: KernelSet) -> Double {
    let (memory, a) = AlignedFloats.matrix(rows: 256, columns: 256)
    let (other, c) = AlignedFloats.matrix(rows: 256, columns: 256)
    var best = 0.0
    withExtendedLifetime((memory, other)) {
      for _ in 0..<10 {
        let start = DispatchTime.now().uptimeNanoseconds
        kernels.multiply(a, a, into: c)
        let time = DispatchTime.now().uptimeNanoseconds - start
        best = max(best, 2 * 256 * 256 * 256 / Double(max(time, 1)))
      }
    }
    return best
  }
}
