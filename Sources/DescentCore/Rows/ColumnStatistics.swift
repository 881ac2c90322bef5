/// Mean and variance, or what stands for them, of each feature, for scaling to mean 0 and variance 1.
///
/// As Keras' `Normalization` layer has it, a feature is an element of the last axis: a column of a
/// table, a channel of images.
public struct ColumnStatistics: Sendable, Equatable {
  /// The mean of each feature.
  public package(set) var mean: [Double]
  /// The population variance of each feature (divided by the count); 1 for one that is constant, so
  /// that dividing by its root leaves it at 0.
  public package(set) var variance: [Double]

  /// The statistics of a data set's features, computed in `Double` in two passes. Without rows they are those of a
  /// constant 0.
  ///
  /// - Throws: where the rows cannot be had.
  public init(of dataset: Dataset) throws(DescentError) {
    try self.init(of: dataset, columns: dataset.shape.last ?? 1)
  }

  /// The statistics of every value of a row, as of a table's columns, whatever the rows' shape.
  ///
  /// - Parameter isRobust: whether of columns of numbers the median stands for the mean, and the square of the distance
  ///   of the quartiles for the variance; where that is 0, of half the distance of the least and the greatest value.
  package init(ofColumns dataset: Dataset, isRobust: Bool = false) throws(DescentError) {
    try self.init(of: dataset, columns: dataset.width)
    guard isRobust else { return }
    let areNumbers = dataset.encoding?.areNumbers ?? Array(repeating: true, count: dataset.width)
    for (index, column) in try dataset.sortedColumns().enumerated()
    where areNumbers[index] && !column.isEmpty {
      let (lower, upper) = (column.quantile(0.25), column.quantile(0.75))
      let range = Double(column[column.count - 1]) - Double(column[0])
      let deviation = upper > lower ? upper - lower : range / 2
      mean[index] = column.quantile(0.5)
      variance[index] = deviation > 0 ? deviation * deviation : 1
    }
  }

  /// The statistics of values of so many columns, row-major.
  package init(of values: [Float], columns: Int) throws(DescentError) {
    try self.init(of: Dataset(features: .floats(values), shape: [columns]), columns: columns)
  }

  /// - Parameter columns: how many statistics there are, of which a row has one or more of each.
  private init(of dataset: Dataset, columns: Int) throws(DescentError) {
    let columns = max(0, columns)
    var mean = [Double](repeating: 0, count: columns)
    var variance = mean
    let each = columns > 0 ? dataset.count * (dataset.width / columns) : 0
    guard each > 0 else {
      self.init(mean: mean, variance: variance.map { _ in 1 })
      return
    }
    let count = Double(each)
    // Differences from the first row: those of a constant column are all exactly 0.
    let first = try dataset.numbers(of: 0..<1).prefix(columns).map { Double($0) }
    func forEach(_ body: (_ column: Int, _ value: Double) -> Void) throws(DescentError) {
      try dataset.forEachPiece { piece in
        for row in 0..<piece.rows {
          let values = piece.base + row * piece.stride
          for start in stride(from: 0, to: piece.columns, by: columns) {
            for column in 0..<columns { body(column, Double(values[start &+ column])) }
          }
        }
      }
    }
    try mean.withUnsafeMutableBufferPointer { mean throws(DescentError) in
      try variance.withUnsafeMutableBufferPointer { variance throws(DescentError) in
        try forEach { column, value in mean[column] += value - first[column] }
        for column in 0..<columns { mean[column] = first[column] + mean[column] / count }
        try forEach { column, value in
          let difference = value - mean[column]
          variance[column] += difference * difference
        }
      }
    }
    self.init(mean: mean, variance: variance.map { $0 > 0 ? $0 / count : 1 })
  }

  private init(mean: [Double], variance: [Double]) {
    (self.mean, self.variance) = (mean, variance)
  }
}

extension [Float] {
  /// Of sorted values the one below which so great a part of them is, between two of them in proportion.
  /// - Precondition: there are values.
  fileprivate func quantile(_ part: Double) -> Double {
    let place = part * Double(count - 1)
    let below = Int(place)
    let (low, high) = (Double(self[below]), Double(self[Swift.min(below + 1, count - 1)]))
    return low + (high - low) * (place - Double(below))
  }
}
