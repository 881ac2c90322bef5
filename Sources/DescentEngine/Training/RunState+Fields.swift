extension RunState {
  /// Where a run stands.
  package static let fields = [
    RecordField<RunState>(
      "metric_sums", .numbers(\.metricSums), shape: "(metrics)",
      "sums over the rows of the epoch under way; MAY have the shape (0) where `batch` is 0"),
    RecordField(
      "predictions", .floats(\.predictions), shape: "(`rows_in_epoch` × outputs)",
      isRequired: false,
      "the outputs, row after row in the epoch's order, where `batch` is not 0 and a metric of the run needs "
        + "those of the whole epoch"),
    RecordField("epoch", .whole(\.epoch), rule: .count, "epochs done, E"),
    RecordField(
      "batch", .whole(\.batch), rule: .count,
      "batches done in the epoch under way; 0 between epochs"),
    RecordField("step", .whole(\.step), rule: .count, "steps done in all, S"),
    RecordField("samples", .whole(\.samples), rule: .count, "rows trained on in all"),
    RecordField(
      "cost_sum", .number(\.costSum), rule: .finite,
      "sum of the costs over the rows of the epoch under way"),
    RecordField(
      "penalty_sum", .number(\.penaltySum), rule: .finite,
      "sum of the penalties over the rows of the epoch under way"),
    RecordField(
      "gradient_norm_sum", .number(\.gradientNormSum), rule: .notNegative,
      "sum over the steps of the epoch under way"),
    RecordField(
      "rows_in_epoch", .whole(\.rowsInEpoch), rule: .count, "rows of the epoch under way"),
    RecordField(
      "seconds", .number(\.seconds), isExact: false, rule: .seconds,
      "training time of the epoch under way"),
    RecordField(
      "last_rate", .number(\.lastRate), rule: .finite,
      "the rate of the last step; 0 before the first"),
    RecordField(
      "best_values", .numbers(\.bestValues), shape: "(K)", isRequired: false,
      "where several of the best epochs are kept, the value of each: the best first, which is the one that the "
        + "attributes name"),
    RecordField(
      "best_epochs", .wholes(\.bestEpochs), shape: "(K)", isRequired: false,
      count: \RunState.best.count,
      "the epochs done when they were reached"),
    RecordField(
      "best_steps", .wholes(\.bestSteps), shape: "(K)", isRequired: false,
      count: \RunState.best.count,
      "the steps done then"),
    RecordField(
      "best_value", .optionalNumber(\.bestValue), isRequired: false,
      "the best epoch's value of the figure that `best` of the training description names; never NaN"
    ),
    RecordField(
      "best_epoch", .whole(\.bestEpoch), "epochs done when it was reached; 0 where there is none"),
    RecordField("best_step", .whole(\.bestStep), "steps done then; 0 where there is none"),
    RecordField(
      "early_stopping_best", .optionalNumber(\.earlyStopping.best), isRequired: false,
      rule: .notNaN, "the best monitored value"),
    RecordField(
      "early_stopping_wait", .whole(\.earlyStopping.wait), rule: .count, "epochs since then"),
    RecordField(
      "early_stopping_stopped", .flag(\.earlyStopping.hasStopped),
      "1 where the run has stopped early, else 0"),
  ]

  /// How a schedule stands that watches a figure.
  package static let plateauFields = [
    RecordField<RunState>(
      "best", .optionalNumber(\.plateau.best), isRequired: false, rule: .notNaN,
      "the best monitored value"),
    RecordField(
      "rate", .optionalNumber(\.plateau.rate), isRequired: false, rule: .finiteAndNotNegative,
      "the rate it has come to, once it has been reduced"),
    RecordField("wait", .whole(\.plateau.wait), rule: .count, "epochs since the best"),
    RecordField(
      "cooldown", .whole(\.plateau.cooldown), rule: .count, "epochs of rest that are left"),
  ]

  /// What came before a run that began with another model's weights.
  package static let originFields = [
    RecordField<RunState>(
      "steps", .optionalWhole(\.priorSteps), rule: .from(0, to: Int(Int32.max)),
      "the steps that the optimizer had done there; 0 where its state was not taken over")
  ]

  // The best epochs as the file has them: the first in attributes, and all in datasets where there are several. The
  // datasets are read before the attributes, which then say nothing new.

  private var bestValues: [Double] {
    get { best.count > 1 ? best.map(\.value) : [] }
    set { best = newValue.map { BestEpoch(value: $0, epoch: 0, step: 0) } }
  }

  private var bestEpochs: [Int] {
    get { best.count > 1 ? best.map(\.epoch) : [] }
    set { for (index, epoch) in zip(best.indices, newValue) { best[index].epoch = epoch } }
  }

  private var bestSteps: [Int] {
    get { best.count > 1 ? best.map(\.step) : [] }
    set { for (index, step) in zip(best.indices, newValue) { best[index].step = step } }
  }
}

extension RunSegment {
  package static let fields = [
    RecordField<RunSegment>(
      "step", .whole(\.step), isExact: false, rule: .count, "the first step's number"),
    RecordField(
      "started", .number(\.started), isExact: false, rule: .instant,
      "seconds since 1970-01-01 00:00 UTC"),
    RecordField(
      "threads", .whole(\.threads), isExact: false, rule: .from(1, to: WorkerTeam.mostWorkers),
      "the threads that it used"),
    RecordField("version", .text(\.version), isExact: false, rule: .word, "the library's version"),
  ]
}
