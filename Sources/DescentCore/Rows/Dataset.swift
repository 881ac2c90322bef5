/// Rows of features and, where there are any, their targets.
///
/// Features lie where a `RowProvider` has them. In memory they are stored row after row without padding, as bytes where the
/// source is bytes (images) so that a data set takes a quarter of the memory, or as `Float`. Targets are in memory.
public struct Dataset: Sendable {
  /// What a network learns to predict.
  public enum Targets: Sendable {
    /// One class index per row, in `0..<names.count`.
    case classes([Int32], names: [String])
    /// `names.count` values per row, row-major.
    case values([Float], names: [String])
  }

  /// Where the features lie.
  public let provider: any RowProvider
  /// The shape of one row: `[width]` for a table, `[height, width, channels]` for images.
  public let shape: [Int]
  /// Column names for a table; empty where the source names none.
  public package(set) var featureNames: [String]
  public package(set) var targets: Targets?
  /// How much each row counts in the cost, at least 0; nil: all alike. Metrics leave them out.
  public package(set) var sampleWeights: [Float]?
  /// Why the targets are classes or values; nil where nobody had to decide.
  package var targetDecision: TargetDecision?
  /// The arrays that the rows were read from; none for a table.
  package var arrays: [DataReport.Array] = []
  /// How a table's columns became the features; nil where they are the columns.
  public package(set) var encoding: TableEncoding?
  /// How image files became the rows; nil where they are from none.
  public package(set) var images: ImageEncoding?
  /// What the rows are called, as image files by their paths; empty where they have no names.
  package var rowNames: [String] = []
  /// Columns of the rows' table that go along with them.
  package var carried: [CarriedColumn] = []
  /// How image files were read; nil for other rows.
  public package(set) var imageReport: ImageReport?
  /// How the table was read that the rows are from; nil for other formats.
  public package(set) var report: TableReport?
  /// How the table was read that the targets are from, where they have one of their own.
  package var labelReport: TableReport?
  /// The number of whole rows that there are features for.
  public let count: Int

  /// What a user should know of how the rows were read, each a sentence.
  package var readingRemarks: [String] { (report?.warnings ?? []) + (imageReport?.remarks ?? []) }

  /// The features, where they are in memory.
  public var features: Features? { (provider as? MemoryRows)?.features }

  /// Rows of a program's own.
  ///
  /// Whoever trains, predicts or divides them checks first that there are features for whole rows of `shape`, and a target
  /// and a weight for each.
  public init(
    features: Features, shape: [Int], featureNames: [String] = [], targets: Targets? = nil,
    sampleWeights: [Float]? = nil
  ) {
    self.init(
      rows: MemoryRows(features, shape: shape), featureNames: featureNames, targets: targets,
      sampleWeights: sampleWeights)
  }

  /// Rows that lie where the provider has them; the same holds.
  public init(
    rows provider: any RowProvider, featureNames: [String] = [], targets: Targets? = nil,
    sampleWeights: [Float]? = nil
  ) {
    self.provider = provider
    // Asked for once: what has been checked stays so, whatever a provider answers later.
    (shape, count) = (provider.shape, max(0, provider.count))
    self.featureNames = featureNames
    self.targets = targets
    self.sampleWeights = sampleWeights
  }

  /// Values in one row.
  public var width: Int { Self.width(of: shape) }

  /// The values of a row of a shape; 0 for what is no shape of one.
  package static func width(of shape: [Int]) -> Int {
    var width = 1
    for extent in shape {
      let (product, overflow) = width.multipliedReportingOverflow(by: extent)
      guard extent > 0, !overflow else { return 0 }
      width = product
    }
    return width
  }

  /// The rows that are used together have to belong together, whoever made them.
  ///
  /// - Parameter role: what the rows are for, such as "training", to name them in errors.
  /// - Throws: `invalidInput` where features, targets or names are not as many as rows and columns, or a class has no
  ///   name.
  package func check(role: String) throws(DescentError) {
    func require(
      _ isRight: Bool, _ problem: @autoclosure () -> String, _ advice: String
    ) throws(DescentError) {
      guard !isRight else { return }
      throw DescentError(.invalidInput, "the \(role) data has " + problem(), advice: advice)
    }
    let width = width
    try require(
      width > 0, "rows of the shape \(shape)", "each extent is at least 1, and all fit in memory")
    if let features {
      try require(
        features.count == count * width, "\(features.count) values, no whole rows of \(width)",
        "give as many values as rows of shape \(shape) have")
    }
    try require(count <= Int(UInt32.max), "\(count) rows", "\(UInt32.max) can be numbered")
    try require(
      featureNames.isEmpty || featureNames.count == width,
      "\(featureNames.count) names for rows of \(width) values", "name each column, or none")
    switch targets {
    case .classes(let indices, let names)?:
      try require(
        indices.count == count, "\(indices.count) targets for \(count) rows",
        "give one for each row")
      if let row = indices.firstIndex(where: { $0 < 0 || $0 >= names.count }) {
        throw DescentError(
          .invalidInput, "row \(row + 1) of the \(role) data has the class \(indices[row])",
          advice: "there are \(names.count) classes, numbered from 0")
      }
    case .values(let values, let names)?:
      let (wanted, overflow) = names.count.multipliedReportingOverflow(by: count)
      try require(
        !names.isEmpty && !overflow && values.count == wanted,
        "\(values.count) target values for \(count) rows of \(names.count)",
        "give one for each name and row, and at least one name")
    case nil: break
    }
    try checkWeightValues()
  }

  /// - Throws: where a weight is negative or not finite, all are 0, or there are not as many as rows.
  package func checkSampleWeights() throws(DescentError) {
    try checkWeightValues()
    guard sampleWeights?.contains(where: { $0 > 0 }) ?? true else {
      throw DescentError(
        .invalidInput, "all rows have the weight 0", at: "data.sample_weight",
        advice: "give the rows that are to be learnt from a weight above 0")
    }
  }

  private func checkWeightValues() throws(DescentError) {
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
  }
}
