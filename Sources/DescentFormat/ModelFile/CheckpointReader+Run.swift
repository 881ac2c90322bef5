import HDF5

extension CheckpointReader {
  package func history(metrics: [String]) throws(DescentError) -> History {
    let isValidated = try read { root throws(HDF5Error) in
      try root.group("history").contains(HistoryColumn.validationCost.name)
    }
    var history = History(metricNames: metrics)
    history.epochs = try rows(
      HistoryColumn.all(metrics: metrics, withValidation: isValidated).map(\.field),
      of: "history", empty: EpochRecord.empty)
    try read(History.stepFields, of: "history/steps", into: &history)
    return history
  }

  /// Where the run stands. Only a schedule that watches a figure has a plateau, and only a run that began with another
  /// model's weights an origin.
  package func state(of configuration: TrainingConfiguration) throws(DescentError) -> RunState {
    var state = RunState()
    try read(RunState.fields, of: "descent/state", into: &state)
    if configuration.schedule.monitoredColumn != nil {
      try read(RunState.plateauFields, of: "descent/plateau", into: &state)
    }
    let hasOrigin = try read { root throws(HDF5Error) in try root.contains("descent/origin") }
    if hasOrigin { try read(RunState.originFields, of: "descent/origin", into: &state) }
    return state
  }

  package func segments() throws(DescentError) -> [RunSegment] {
    try rows(
      RunSegment.fields, of: "descent/segments",
      empty: RunSegment(step: 0, started: 0, threads: 0, version: ""))
  }
}
