/// What a model puts out on average where all rows have one and the same value in a column (Friedman 2001).
public struct PartialDependence: Sendable, Equatable {
  public var column: String
  /// Numbers of the column; empty for one of categories.
  public var numbers: [Double]
  /// Its categories; empty for one of numbers.
  public var categories: [String]
  /// A list for each output, of a number for each of these values.
  public var outputs: [(name: String, means: [Double])]

  public static func == (a: Self, b: Self) -> Bool {
    a.column == b.column && a.numbers == b.numbers && a.categories == b.categories
      && a.outputs.map(\.name) == b.outputs.map(\.name)
      && a.outputs.map(\.means) == b.outputs.map(\.means)
  }

  /// How many columns are looked at, and of each how many values.
  static let columns = 4
  static let mostNumbers = 12
  static let mostCategories = 16

  /// - Parameter predict: the mean of each output over rows of features, as a user knows it: probabilities, or values.
  init?(
    _ column: UnderstoodColumn, features: [Float], width: Int, names: [String],
    predict: ([Float]) throws(DescentError) -> [Double]
  ) throws(DescentError) {
    if case .parts = column.kind { return nil }
    let rows = features.count / width
    let categories = Array(column.categories.prefix(Self.mostCategories))
    var numbers: [Double] = []
    if column.categories.isEmpty {
      let values = (0..<rows).map { features[$0 * width + column.features.lowerBound] }.sorted()
      for step in 0..<Self.mostNumbers where !values.isEmpty {
        let value = Double(values[step * (values.count - 1) / (Self.mostNumbers - 1)])
        if value != numbers.last { numbers.append(value) }
      }
    }
    let count = max(numbers.count, categories.count)
    guard count > 1, rows > 0 else { return nil }
    var means: [[Double]] = []
    for value in 0..<count {
      var changed = features
      changed.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        for row in 0..<rows {
          let start = base + row * width
          if categories.isEmpty {
            // What says that the number is missing follows it.
            for feature in column.features { start[feature] = 0 }
            start[column.features.lowerBound] = Float(numbers[value])
          } else {
            column.set(start, category: value)
          }
        }
      }
      means.append(try predict(changed))
    }
    self.column = column.name
    self.numbers = numbers
    self.categories = categories
    outputs = names.enumerated().map { output, name in (name, means.map { $0[output] }) }
  }
}
