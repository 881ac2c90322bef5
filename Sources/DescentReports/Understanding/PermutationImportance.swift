/// How much worse a model is where a column's values are shuffled among the rows (Breiman 2001): what it owes to the column.
public struct PermutationImportance: Sendable, Equatable {
  public var column: String
  /// By how much the figure grows, over all shuffles.
  public var value: Double
  /// The ends of its 95 % interval, from how the growth differs from row to row.
  public var low: Double
  public var high: Double

  /// How often each column is shuffled.
  static let shuffles = 5

  /// All columns', the most important first.
  ///
  /// - Parameter predict: the outputs for rows of features.
  static func all(
    of columns: [UnderstoodColumn], features: [Float], width: Int, figure: ErrorFigure,
    predict: ([Float]) throws(DescentError) -> [Float]
  ) throws(DescentError) -> [PermutationImportance] {
    let losses = figure.losses(try predict(features))
    guard losses.count > 1 else { return [] }
    var found: [PermutationImportance] = []
    for (number, column) in columns.enumerated() {
      var growth = [Double](repeating: 0, count: losses.count)
      for shuffle in 0..<shuffles {
        let order = CounterRandom(seed: 0, purpose: .shuffle, epoch: number, step: shuffle)
          .permutation(count: losses.count)
        var shuffled = features
        for (row, other) in order.enumerated() {
          for feature in column.features {
            shuffled[row * width + feature] = features[Int(other) * width + feature]
          }
        }
        for (row, loss) in figure.losses(try predict(shuffled)).enumerated() {
          growth[row] += (loss - losses[row]) / Double(shuffles)
        }
      }
      found.append(
        PermutationImportance(column: column.name, growth: growth, losses: losses, figure: figure))
    }
    return found.sorted { $0.value > $1.value }
  }

  private init(column: String, growth: [Double], losses: [Double], figure: ErrorFigure) {
    let count = Double(losses.count)
    let (mean, base) = (growth.reduce(0, +) / count, losses.reduce(0, +) / count)
    let squares = growth.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = 1.96 * (squares / (count - 1) / count).squareRoot()
    func grown(by growth: Double) -> Double {
      figure.figure(ofMean: base + growth) - figure.figure(ofMean: base)
    }
    self.column = column
    value = grown(by: mean)
    low = grown(by: mean - error)
    high = grown(by: mean + error)
  }
}
