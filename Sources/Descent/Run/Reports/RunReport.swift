import Foundation

/// Everything about a run on one page: where it stands, its curves, what the model is right and wrong about,
/// the network, the config and the machine.
public struct RunReport: Sendable {
  /// Whether the run goes on.
  public enum Status: String, Sendable {
    case running, finished, interrupted, diverged
    case stoppedEarly = "stopped early"
    /// Read from a file, which does not say.
    case saved
  }

  public var status: Status
  public var record: RunRecord
  public var network: Network
  public var findings: [Finding] = []
  public var judgement: Judgement?
  /// What the first layer of the judged model looks for, where its rows are pictures.
  public var filters: FilterImages?
  /// What it makes of the columns, where its rows are a table's.
  public var understanding: Understanding?
  /// Why there is no judgement, where there should be one.
  public var note: String?
  /// The best model on the test rows.
  public var test: EvaluationResult?
  /// The networks of which the model is the average, where it is one.
  public var members: [(label: String, record: RunRecord)] = []
  /// What rows that were not trained on come to, where the model is an average.
  public var heldOut: EvaluationResult?
  /// The model on held-out rows of a table, beside a linear model and a constant.
  public var comparison: BaselineComparison?
  /// What was found on rows that were not trained on, once training was over.
  public var fit: HeldOutFit?
  /// The epochs that the run was begun for.
  var epochs: Int?
  var configuration: TrainingConfiguration
  var config: ConfigMap?
  var segments: [RunSegment]
  var samples: Int
  var kernels: String

  init(
    status: Status, record: RunRecord, network: Network, configuration: TrainingConfiguration,
    config: ConfigMap?, segments: [RunSegment], samples: Int, kernels: String
  ) {
    self.status = status
    self.record = record
    self.network = network
    self.configuration = configuration
    self.config = config
    self.segments = segments
    self.samples = samples
    self.kernels = kernels
    epochs = config?["epochs"]?.integerValue
  }

  /// The report of a saved run: of its newest checkpoint, and of its best model on the rows that its config
  /// names, where they can be read.
  ///
  /// - Throws: what is wrong with the file.
  public init(contentsOf path: String, kernels: KernelSet = .best) throws(DescentError) {
    let reader = try CheckpointReader(runOrFile: path)
    let checkpoint = try reader.checkpoint()
    self.init(
      status: .saved, record: try RunRecord(reader), network: checkpoint.network,
      configuration: checkpoint.configuration, config: checkpoint.config,
      segments: checkpoint.segments, samples: checkpoint.state.samples,
      kernels: checkpoint.kernels)
    members = try RunRecord.members(of: path)
    guard members.isEmpty else {
      note = "What rows that were not trained on come to is in the report that training wrote."
      return
    }
    let best = RunFolder(existing: path).best
    let hasBest = RunFolder.isRun(path) && FileIdentity(best) != nil
    do throws(DescentError) {
      guard let node = try reader.config() else { return }
      let config = try RunConfig(node)
      try InputPath.requireLasting(config.data.train.paths)
      let data = try RunData(config.data, seed: UInt64(config.seed))
      let model =
        hasBest ? try Model(contentsOf: best, kernels: kernels) : try reader.model(kernels: kernels)
      let (rows, role) = Self.judged(data)
      show(
        model,
        try Judgement(
          model, on: rows, role: role, cost: configuration.cost,
          threads: ProcessInfo.processInfo.activeProcessorCount), of: data)
    } catch {
      note = "The model could not be looked at on its data. \(error)"
    }
  }

  /// Shows a model, and what it is right and wrong about.
  mutating func show(_ model: Model, _ judgement: Judgement, of data: RunData) {
    self.judgement = judgement
    filters = FilterImages(model, of: Self.judged(data).rows)
    // A page without it is better than none.
    let (rows, role) = Self.judged(data)
    let errors = data.validation.flatMap { rows in
      try? model.evaluate(
        on: rows, cost: configuration.cost, metrics: [], threads: nil, keepingPredictions: true
      ).predictions
    }.map { HeldOutRecord.errors(of: $0) }
    understanding = try? Understanding(
      model, on: rows, areTrainedOn: role == "training", errors: errors?.first,
      areOfTheRows: role == "validation", cost: configuration.cost, effort: .little,
      threads: nil)
  }

  /// The rows that a model is judged on: the test rows, else those that validate, else those it has learnt from; and which
  /// they are.
  static func judged(_ data: RunData) -> (rows: Dataset, role: String) {
    data.test.map { ($0, "test") } ?? data.validation.map { ($0, "validation") }
      ?? (data.training, "training")
  }
}
