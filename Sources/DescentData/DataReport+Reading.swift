extension DataReport.Array {
  package init(_ array: DataArray, role: Role) {
    let elements =
      switch array.elements {
      case .bytes: "bytes"
      case .integers: "integers"
      case .floats: "numbers"
      case .texts: "texts"
      }
    self.init(
      name: array.name, role: role,
      content: array.shape.map(String.init).joined(separator: " × ") + " " + elements)
  }
}

extension DataReport.Target {
  /// - Parameters:
  ///   - columns: the names of the target columns; empty for an array.
  ///   - decision: why it is what it is; nil where that was not kept.
  package init(_ targets: Dataset.Targets, columns: [String], decision: TargetDecision?) {
    switch targets {
    case .classes(_, let names):
      self.init(kind: .classes, columns: columns, classes: names)
    case .values(_, let names):
      self.init(kind: .values, columns: columns.isEmpty ? names : columns, classes: [])
    }
    reason = decision?.reason ?? ""
    guard decision?.isGuess ?? false else { return }
    advice =
      kind == .classes
      ? "if it is a quantity, say --values (data.target_kind: values)"
      : "if it names classes, say --classes (data.target_kind: classes)"
  }
}

extension RunData {
  /// What is said of the data before training.
  package func report(_ config: DataConfig) -> DataReport {
    let columns = reports.first?.columns.filter { $0.role == .target }.map(\.name) ?? []
    var notes: [String] = []
    if config.train.paths.contains(where: InputPath.isPipe) {
      notes.append(
        "the rows come through a pipe: to go on later they have to be given again, with --data")
    }
    if training.count < RowSplit.fewestRows, validation == nil, test == nil {
      notes.append(
        "\(Figures.plural(training.count, "row")) \(training.count == 1 ? "is" : "are") too few to divide: all "
          + "are trained on, and nothing says what the model makes of others")
    }
    return DataReport(
      tables: reports, arrays: training.arrays, images: images, features: training.width,
      shape: training.shape,
      target: training.targets.map {
        DataReport.Target($0, columns: columns, decision: training.targetDecision)
      }, trainingRows: training.count, validationRows: validation?.count, testRows: test?.count,
      notes: notes)
  }
}
