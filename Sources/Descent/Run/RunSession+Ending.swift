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
        page.judgement = try judge(try savedModel(report).model, tests: false).judgement
      }
      write(page, report)
    }
    throw DescentError(
      .diverged, problem,
      advice: saved + "try a smaller learning rate than \(trainer.state.lastRate), or scaled inputs"
    )
  }

  /// Writes the best of a run whose weights as they are are no good.
  private func saveBest(_ report: (RunEvent) -> Void) {
    if let best = queue.newestPending {
      queue.write(best)
      queue.finish()
    }
    let (failure, written) = queue.takeResults()
    for path in written { report(.checkpoint(path: path)) }
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
    guard reason != .nothingToDo || self.start.isMended else { return outcome }
    let hasStopped = trainer.state.earlyStopping.hasStopped
    var page = trainer.report(
      reason == .nothingToDo ? (hasStopped ? .stoppedEarly : .finished) : reason.status)
    if reason != .interrupted {
      endEvents(.success, report)
      outcome.findings = findings()
      page.findings = outcome.findings
    }
    let saved = try savedModel(report)
    if !saved.isBest { outcome.bestPath = nil }
    let judged = try judge(saved.model, tests: reason != .interrupted)
    outcome.test = judged.test
    page.test = judged.test
    page.judgement = judged.judgement
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

  /// The best weights that are saved; the last where no epoch was the best, or where they can no longer be read.
  private func savedModel(
    _ report: (RunEvent) -> Void
  ) throws(DescentError) -> (model: Model, isBest: Bool) {
    let folder = queue.folder
    if queue.best != nil {
      do throws(DescentError) {
        return (try Model(contentsOf: folder.best, kernels: trainer.kernels), true)
      } catch {
        report(.warning("\(error); the figures are those of \(folder.last)"))
      }
    }
    return (try Model(contentsOf: folder.last, kernels: trainer.kernels), false)
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
      on: test, cost: configuration.cost, metrics: configuration.metrics, threads: trainer.threads,
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
