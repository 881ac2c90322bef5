import Foundation

/// How a run ends: its last report, what is said of it, and the best model's figures.
extension RunSession {
  /// Says what there is to say of a run whose cost is no longer a number, renews its report, and throws.
  func diverged(
    step: Int, cost: Double, _ report: (RunEvent) -> Void
  ) throws(DescentError) -> Never {
    let found = findings(divergedStep: step)
    for finding in found { report(.finding(finding)) }
    endEvents(.failure, report)
    queue.finish()
    let folder = queue.folder
    let last = (queue.lastStep ?? folder.checkpointSteps().last).map { folder.checkpoint($0) }
    if last == nil {
      folder.discardIfEmpty()
    } else {
      var page = trainer.report(.diverged)
      page.findings = found
      attempt(report) { () throws(DescentError) in
        page.judgement = try judge(try bestModel(), tests: false).judgement
      }
      write(page, report)
    }
    throw DescentError(
      .diverged,
      "the cost became \(cost.isNaN ? "NaN" : "infinite") in step \(step) (epoch \(trainer.state.epoch + 1))",
      advice: (last.map { "the last good checkpoint is \($0); " } ?? "there is no checkpoint yet; ")
        + "try a smaller learning rate than \(trainer.state.lastRate), or scaled inputs")
  }

  /// How the run ended, and its last report.
  func outcome(
    _ reason: RunOutcome.Reason, since start: Double, _ report: (RunEvent) -> Void
  ) throws(DescentError) -> RunOutcome {
    let folder = queue.folder
    var outcome = RunOutcome(
      reason: reason, epochsDone: trainer.state.epoch, steps: trainer.state.step,
      seconds: TrainingEngine.now() - start, bestEpoch: trainer.state.bestEpoch,
      bestValue: trainer.state.bestValue, lastPath: folder.last, bestPath: folder.best, test: nil)
    guard reason != .nothingToDo else { return outcome }
    var page = trainer.report(reason.status)
    if reason != .interrupted {
      endEvents(.success, report)
      outcome.findings = findings()
      page.findings = outcome.findings
    }
    let judged = try judge(try bestModel(), tests: reason != .interrupted)
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

  /// The best weights that are saved.
  private func bestModel() throws(DescentError) -> Model {
    let folder = queue.folder
    // A run that went on in another folder and became no better has no best there; one that diverged may have
    // neither, after a first checkpoint that could not be linked.
    let paths =
      [folder.best, folder.last] + folder.checkpointSteps().suffix(1).map(folder.checkpoint)
    let path = paths.first { FileManager.default.fileExists(atPath: $0) }
    return try Model(contentsOf: path ?? folder.last, kernels: trainer.kernels)
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
