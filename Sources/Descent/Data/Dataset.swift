/// Rows of features and, where there are any, their targets.
///
/// Features are stored row after row without padding, as bytes where the source is bytes (images) so that a
/// data set takes a quarter of the memory, or as `Float`.
public struct Dataset: Sendable {
  /// Feature values of all rows, row-major, `count × width` of them.
  public enum Features: Sendable {
    case bytes([UInt8])
    case floats([Float])
  }

  /// What a network learns to predict.
  public enum Targets: Sendable {
    /// One class index per row, in `0..<names.count`.
    case classes([Int32], names: [String])
    /// `names.count` values per row, row-major.
    case values([Float], names: [String])
  }

  public var features: Features
  /// The shape of one row: `[width]` for a table, `[height, width, channels]` for images.
  public var shape: [Int]
  /// Column names for a table; empty where the source names none.
  public var featureNames: [String]
  public var targets: Targets?
  /// How much each row counts in the cost, at least 0; nil: all alike. Metrics leave them out.
  public var sampleWeights: [Float]?
  /// Why the targets are classes or values; nil where nobody had to decide.
  var targetDecision: TargetDecision?
  /// The arrays that the rows were read from; none for a table.
  var arrays: [DataReport.Array] = []
  /// How a table's columns became the features; nil where they are the columns.
  public var encoding: TableEncoding?
  /// How the table was read that the rows are from; nil for other formats.
  public internal(set) var report: TableReport?
  /// How the table was read that the targets are from, where they have one of their own.
  var labelReport: TableReport?
  /// The number of rows.
  public private(set) var count: Int

  /// - Precondition: `features` holds a whole number of rows of `shape`, and `targets` one entry per row.
  public init(
    features: Features, shape: [Int], featureNames: [String] = [], targets: Targets? = nil,
    sampleWeights: [Float]? = nil
  ) {
    let width = shape.reduce(1, *)
    let values =
      switch features {
      case .bytes(let bytes): bytes.count
      case .floats(let floats): floats.count
      }
    precondition(
      width > 0 && values % width == 0,
      "\(values) feature values do not make rows of shape \(shape)")
    self.features = features
    self.shape = shape
    self.featureNames = featureNames
    self.targets = targets
    self.sampleWeights = sampleWeights
    self.count = values / width
    switch targets {
    case .classes(let indices, _):
      precondition(indices.count == count, "\(indices.count) targets for \(count) rows")
    case .values(let targetValues, let names):
      precondition(
        targetValues.count == count * names.count,
        "\(targetValues.count) target values for \(count) rows of \(names.count)")
    case nil: break
    }
    if let sampleWeights {
      precondition(sampleWeights.count == count, "\(sampleWeights.count) weights for \(count) rows")
    }
  }

  /// - Throws: where a weight is negative or not finite, all are 0, or there are not as many as rows.
  func checkSampleWeights() throws(DescentError) {
    guard let sampleWeights else { return }
    guard sampleWeights.count == count else {
      throw DescentError(
        .invalidInput, "there are \(sampleWeights.count) sample weights for \(count) rows")
    }
    if let row = sampleWeights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw DescentError(
        .invalidInput, "the weight of row \(row + 1) is \(sampleWeights[row])",
        at: "data.sample_weight", advice: "weights are finite and at least 0")
    }
    guard sampleWeights.contains(where: { $0 > 0 }) else {
      throw DescentError(
        .invalidInput, "all rows have the weight 0", at: "data.sample_weight",
        advice: "give the rows that are to be learnt from a weight above 0")
    }
  }

  /// Values in one row.
  public var width: Int { shape.reduce(1, *) }
}
