/// Mean and variance of each feature, for scaling to mean 0 and variance 1.
///
/// As Keras' `Normalization` layer has it, a feature is an element of the last axis: a column of a
/// table, a channel of images.
public struct ColumnStatistics: Sendable, Equatable {
  /// The mean of each feature.
  public let mean: [Double]
  /// The population variance of each feature (divided by the count); 1 for one that is constant, so
  /// that dividing by its root leaves it at 0.
  public let variance: [Double]

  /// The statistics of a data set's features, computed in `Double` in two passes.
  ///
  /// - Precondition: the data set has rows.
  public init(of dataset: Dataset) {
    let columns = dataset.shape.last ?? 1
    switch dataset.features {
    case .bytes(let bytes): (mean, variance) = Self.compute(bytes, columns) { Double($0) }
    case .floats(let floats): (mean, variance) = Self.compute(floats, columns) { Double($0) }
    }
  }

  @inline(__always)
  private static func compute<Element: Comparable>(
    _ elements: [Element], _ columns: Int, _ number: (Element) -> Double
  ) -> (mean: [Double], variance: [Double]) {
    precondition(!elements.isEmpty, "no rows to take statistics of")
    let count = Double(elements.count / columns)
    var sums = [Double](repeating: 0, count: columns)
    var squares = sums
    var varies = [Bool](repeating: false, count: columns)
    elements.withUnsafeBufferPointer { elements in
      var column = 0
      for index in elements.indices {
        sums[column] += number(elements[index])
        if elements[index] != elements[column] { varies[column] = true }
        column = column + 1 == columns ? 0 : column + 1
      }
      // A constant's mean is the constant, which rounding may miss.
      for column in 0..<columns {
        sums[column] = varies[column] ? sums[column] / count : number(elements[column])
      }
      column = 0
      for index in elements.indices {
        let difference = number(elements[index]) - sums[column]
        squares[column] += difference * difference
        column = column + 1 == columns ? 0 : column + 1
      }
    }
    let variances = (0..<columns).map { column in
      let variance = squares[column] / count
      return variance > 0 ? variance : 1
    }
    return (sums, variances)
  }
}
