/// What a model makes of a table: which columns it goes by and how, how far its probabilities and values can be trusted, and about
/// which rows it is off.
public struct Understanding: Sendable {
  /// Rows looked at, of so many; of columns and what follows from them so many.
  public var rows: Int
  public var total: Int
  public var columnRows: Int
  /// What importance and groups are told in: `log_loss`, `error_rate` or `root_mean_squared_error`.
  public var figureName: String
  /// The figure of all rows looked at.
  public var figure: Double
  /// The most important column first.
  public var importance: [PermutationImportance] = []
  /// Of the most important columns.
  public var dependence: [PartialDependence] = []
  /// Where outputs are probabilities of classes.
  public var calibration: Calibration?
  /// Where a single value is predicted and there are rows that were not trained on.
  public var intervals: [PredictionInterval] = []
  /// The worst first.
  public var groups: [GroupError] = []

  /// What is spent on columns: multiply-adds of all predictions.
  public enum Effort: Sendable {
    /// No more than a fraction of a second.
    case little
    case much

    fileprivate var multiplyAdds: Double { self == .little ? 1e9 : 5e10 }
  }

  private static let mostRows = 100_000
  private static let mostColumnRows = 2000
  private static let fewestColumnRows = 50
  private static let mostColumns = 1000

  /// Looks at a model.
  ///
  /// - Parameters:
  ///   - rows: those it is judged on.
  ///   - models: who answers for the rows, where that is not the model.
  ///   - areTrainedOn: whether it has learnt from them, so that no intervals follow from its errors.
  ///   - errors: how far it was off about rows that it has not learnt from, which intervals follow from; nil: those that it is
  ///     judged on.
  ///   - areOfTheRows: whether they are of the rows it is judged on, which then tell no coverage.
  /// - Returns: nil where rows are no table's, have no targets, or several answers may be right at once.
  /// - Throws: where rows and model do not fit.
  package init?(
    _ model: Model, on rows: Dataset, by models: UnderstoodModels? = nil,
    areTrainedOn: Bool = false, errors: [Float]? = nil, areOfTheRows: Bool = false,
    cost: any Cost, effort: Effort, threads: Int?
  ) throws(DescentError) {
    let columns = UnderstoodColumn.columns(of: rows)
    guard !columns.isEmpty, rows.count > 1 else { return nil }
    let models = models ?? UnderstoodModels(model)
    let places = rows.spreadPlaces(Self.mostRows)
    let part = rows.subset(places)
    guard let figure = ErrorFigure(model, part, cost: cost) else { return nil }
    let features = try part.numbers(of: 0..<part.count)
    let predictions = try models.predict(features, rows: places, threads: threads)
    let losses = figure.losses(predictions)
    (self.rows, total, figureName) = (part.count, rows.count, figure.kind.rawValue)
    self.figure = figure.figure(ofMean: losses.reduce(0, +) / Double(losses.count))
    groups = GroupError.all(
      of: columns, features: features, width: part.width, losses: losses, figure: figure)
    if case .classes(let names) = model.signature.outputs, figure.kind == .logLoss {
      calibration = Calibration(
        figure.probabilities(predictions), truth: losses.indices.map(figure.rightClass),
        names: names)
    }
    if figure.kind == .rootMeanSquaredError, model.network.outputWidth == 1 {
      let own = losses.map { $0.squareRoot() }
      if let errors {
        intervals = PredictionInterval.all(
          errors: errors.map { Double($0) }, others: areOfTheRows ? nil : own)
      } else if !areTrainedOn {
        intervals = PredictionInterval.all(errors: own, others: nil)
      }
    }
    columnRows = 0
    guard columns.count <= Self.mostColumns else { return }
    try look(at: columns, model, models, rows, cost: cost, effort: effort, threads: threads)
  }

  private mutating func look(
    at columns: [UnderstoodColumn], _ model: Model, _ models: UnderstoodModels, _ rows: Dataset,
    cost: any Cost, effort: Effort, threads: Int?
  ) throws(DescentError) {
    let each =
      Double(columns.count * PermutationImportance.shuffles + PartialDependence.columns * 12)
      * Double(max(1, model.network.multiplyAdds()))
    let most = min(Double(Self.mostColumnRows), effort.multiplyAdds / each)
    let places = rows.spreadPlaces(max(Self.fewestColumnRows, Int(most)))
    let few = rows.subset(places)
    guard let figure = ErrorFigure(model, few, cost: cost) else { return }
    columnRows = few.count
    let (features, width) = (try few.numbers(of: 0..<few.count), few.width)
    func predict(_ features: [Float]) throws(DescentError) -> [Float] {
      try models.predict(features, rows: places, threads: threads)
    }
    importance = try PermutationImportance.all(
      of: columns, features: features, width: width, figure: figure, predict: predict)
    let names = model.signature.outputs.names
    // Of two classes the second one's probability says it all.
    let shown = figure.kind == .logLoss && names.count == 2 ? [1] : Array(names.indices.prefix(8))
    // A model that was imported may name none of the classes.
    let answers =
      figure.kind == .logLoss ? max(2, model.network.outputWidth) : model.network.outputWidth
    guard figure.kind != .errorRate, names.count == answers else { return }
    for entry in importance.prefix(PartialDependence.columns) where entry.value > 0 {
      guard let column = columns.first(where: { $0.name == entry.column }) else { continue }
      let found = try PartialDependence(
        column, features: features, width: width, names: shown.map { names[$0] }
      ) { features throws(DescentError) in
        let outputs = try predict(features)
        let rows =
          figure.kind == .logLoss
          ? figure.probabilities(outputs)
          : stride(from: 0, to: outputs.count, by: names.count).map { start in
            outputs[start..<start + names.count].map { Double($0) }
          }
        return shown.map { output in rows.reduce(0) { $0 + $1[output] } / Double(rows.count) }
      }
      if let found { dependence.append(found) }
    }
  }
}
