/// Who answers for the rows of a data set: one network for all of them, or for each row one that was not trained on it.
package struct UnderstoodModels: Sendable {
  private var models: [Model]
  /// For each row the number of its network; empty where there is one for all.
  private let parts: [Int]

  package init(_ model: Model) { (models, parts) = ([model], []) }

  /// - Parameter parts: for each row the number of its network.
  package init(_ models: [Model], parts: [Int]) { (self.models, self.parts) = (models, parts) }

  /// The same with other networks in their places.
  package func changed(_ change: (Model) -> Model) -> UnderstoodModels {
    var other = self
    other.models = models.map(change)
    return other
  }

  /// The outputs for rows of features.
  ///
  /// - Parameter rows: which of the data set's rows these are, or are made of.
  /// - Throws: where rows and networks do not fit.
  func predict(
    _ features: [Float], rows: [Int], threads: Int?
  ) throws(DescentError) -> [Float] {
    let width = features.count / max(1, rows.count)
    func answers(_ model: Model, _ features: [Float]) throws(DescentError) -> [Float] {
      try model.predict(Dataset(features: .floats(features), shape: [width]), threads: threads)
    }
    guard !parts.isEmpty else { return try answers(models[0], features) }
    let outputs = models[0].network.outputWidth
    var all = [Float](repeating: 0, count: rows.count * outputs)
    for (number, model) in models.enumerated() {
      let own = rows.indices.filter { parts[rows[$0]] == number }
      guard !own.isEmpty else { continue }
      let found = try answers(
        model, own.flatMap { features[$0 * width..<($0 + 1) * width] })
      for (place, row) in own.enumerated() {
        for output in 0..<outputs { all[row * outputs + output] = found[place * outputs + output] }
      }
    }
    return all
  }
}
