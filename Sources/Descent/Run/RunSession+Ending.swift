import Foundation

/// How a run ends: its last report, what is said of it, and the best model's figures.
extension RunSession {
  /// Says what there is to say of a run whose cost or weights are no longer numbers, saves its best, renews its report, and
  /// throws.
  func diverged(
    _ problem: String, step: Int, _ report: (RunEvent) -> Void
  ) throws(DescentError) -> Never {
    let found = findings(divergedStep: step)
    for finding in found { report(.finding(finding)) }
    endEvents(.failure, report)
    queue.finish()
    deliver(report)
    saveBest(report)
    let folder = queue.folder
    var saved = "there is no checkpoint yet; "
    if folder.checkpointSteps().isEmpty {
      folder.discardIfEmpty()
    } else {
      saved =
        "the last good checkpoint is \(folder.last), after epoch \(queue.lastEpoch ?? summary.startEpoch); "
      if let best = queue.best { saved += "the best is \(folder.best), epoch \(best.epoch); " }
      var page = trainer.report(.diverged)
      page.findings = found
      attempt(report) { () throws(DescentError) in
        let model = try savedModel()
        page.show(model, try judge(model, tests: false).judgement, of: data)
      }
      write(page, report)
    }
    throw DescentError(.diverged, problem, advice: saved + remedy(divergedStep: step))
  }

  /// What to try where the cost is no longer a number: a learning rate can be to blame only after the first step.
  private func remedy(divergedStep step: Int) -> String {
    guard step <= 1 else {
      return "try a smaller learning rate than \(trainer.state.lastRate), or scaled inputs"
    }
    let start = "nothing had been learnt yet, at whatever rate; "
    if case .values(let values, _)? = data.training.targets,
      let largest = values.map(abs).max(), largest > Self.largestTarget
    {
      return start + "the targets are as large as \(Double(largest).inWords): "
        + "set data.scale_target: standard"
    }
    if let input = RunEvidence.largestInput(trainer, data.training), input.rootMeanSquare > 1e3 {
      return start + "the values of \(input.name) are of the size \(input.rootMeanSquare.inWords) "
        + "where they reach the first layer of weights: set data.scale: standard, or unit for bytes"
    }
    return start + "try smaller first weights (kernel_initializer) or scaled inputs"
  }

  /// The square of more, over a few rows, is none that single precision holds.
  private static let largestTarget: Float = 1e15

  /// Writes the best of a run whose weights as they are are no good. There is no later checkpoint that would make good what
  /// fails here, so it is tried twice.
  private func saveBest(_ report: (RunEvent) -> Void) {
    var failure: DescentError?
    for _ in 0..<2 {
      guard let best = queue.newestPending else { break }
      queue.write(best)
      queue.finish()
      let results = queue.takeResults()
      failure = results.failure
      for path in results.written { report(.checkpoint(path: path)) }
    }
    if let failure { report(.warning("\(failure); the best since the last checkpoint is lost")) }
  }

  /// How the run ended, and its last report.
  func outcome(
    _ reason: RunOutcome.Reason, since start: Double, _ report: (RunEvent) -> Void
  ) throws(DescentError) -> RunOutcome {
    let folder = queue.folder
    var outcome = RunOutcome(
      reason: reason, epochsDone: trainer.state.epoch, steps: trainer.state.step,
      seconds: TrainingEngine.now() - start, bestEpoch: trainer.state.bestEpoch,
      bestValue: trainer.state.bestValue, lastPath: self.start.file ?? folder.last,
      bestPath: self.start.file == nil && queue.best != nil ? folder.best : nil, test: nil)
    outcome.bestMonitor = trainer.bestMonitor
    guard reason != .nothingToDo || self.start.isMended || lacksFit, !isMember else {
      return outcome
    }
    let hasStopped = trainer.state.earlyStopping.hasStopped
    var page = trainer.report(
      reason == .nothingToDo ? (hasStopped ? .stoppedEarly : .finished) : reason.status)
    if reason != .interrupted {
      endEvents(.success, report)
      outcome.findings = findings()
      page.findings = outcome.findings
    }
    var model: Model?
    do throws(DescentError) {
      if reason != .interrupted { outcome.fit = try fitToHeldOut() }
      page.fit = outcome.fit
      model = try savedModel()
    } catch {
      // The run is saved, but what it came to is not known.
      report(.warning("\(error); there are no figures of the model"))
      if error.kind == .invalidInput { outcome.bestPath = nil }
    }
    if let model {
      let judged = try judge(model, tests: reason != .interrupted)
      outcome.test = judged.test
      page.test = judged.test
      // As a diagnosis, it never fails a run.
      if reason != .interrupted {
        outcome.comparison = try? BaselineComparison(
          of: model, cost: trainer.configuration.cost, monitor: trainer.bestMonitor, data: data,
          config: config.data, threads: trainer.threads, kernels: trainer.kernels)
        page.comparison = outcome.comparison
      }
      page.show(model, judged.judgement, of: data)
    }
    write(page, report)
    return outcome
  }

  private func write(_ page: RunReport, _ report: (RunEvent) -> Void) {
    if let failure = RunReports.write(page, to: queue.folder) {
      report(.warning("\(failure); the run itself is saved"))
    }
  }

  /// What the run as it stands says of itself. A diagnosis that cannot be made never fails a run.
  private func findings(divergedStep: Int? = nil) -> [Finding] {
    let evidence = try? RunEvidence(
      trainer, training: data.training, validation: data.validation, divergedStep: divergedStep)
    return evidence.map { Diagnosis.findings($0) } ?? []
  }

  /// The best weights that are saved; the last where no epoch was the best.
  private func savedModel() throws(DescentError) -> Model {
    try Model(contentsOf: modelPath, kernels: trainer.kernels)
  }

  /// A model's figures on the test rows, where there are any and they are asked for, and what it is right and wrong
  /// about. The rows are gone through once, but where they are so many that only a part of them is judged.
  private func judge(
    _ model: Model, tests: Bool
  ) throws(DescentError) -> (test: EvaluationResult?, judgement: Judgement) {
    let (rows, role) = RunReport.judged(data)
    let configuration = trainer.configuration
    guard tests, let test = data.test else {
      return (
        nil,
        try Judgement(
          model, on: rows, role: role, cost: configuration.cost, threads: trainer.threads)
      )
    }
    let isJudgedWhole = Judgement.step(through: test, model) == 1
    let (cost, metrics, predictions) = try model.evaluate(
      on: test, cost: configuration.cost, metrics: configuration.metrics,
      scalesCost: configuration.scalesCost, threads: trainer.threads,
      keepingPredictions: isJudgedWhole || configuration.metrics.contains { $0 is any EpochMetric })
    let result = EvaluationResult(
      rows: test.count, cost: cost,
      metrics: Array(zip(trainer.history.metricNames, metrics)).map { ($0.0, $0.1) },
      data: config.data.test?.description ?? "")
    let judgement =
      isJudgedWhole
      ? Judgement(
        predictions, of: model, on: test, role: role, total: test.count, cost: configuration.cost)
      : try Judgement(
        model, on: test, role: role, cost: configuration.cost, threads: trainer.threads)
    return (result, judgement)
  }
}

extension RunOutcome.Reason {
  fileprivate var status: RunReport.Status {
    switch self {
    case .finished: .finished
    case .stoppedEarly: .stoppedEarly
    case .interrupted: .interrupted
    case .nothingToDo: .saved
    }
  }
}
