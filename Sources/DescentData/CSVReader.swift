/// Reads tables from CSV text (RFC 4180, and what is commonly called CSV).
///
/// Cells are separated by one byte or by runs of blanks, rows end with LF, CRLF or CR, and a cell may be quoted with `"`
/// and then hold separators, newlines and doubled quotes. A UTF-8 byte order mark is skipped, empty lines too (in a table
/// of one column, where they would be empty cells, only at the end), and spaces and tabs around an unquoted cell do not
/// count. A first column without a name, or for whose name the header has no cell, names the rows and is left out.
///
/// Features are finite numbers, correctly rounded to `Float`: with a decimal point, or in another notation where all of
/// a column leave no doubt of it (1,5 or 1.234,56 or 12 %). Whatever else stands in a feature's cell is an error that
/// names the line, the column and the text.
public enum CSVReader {
  /// Whether the first row names the columns.
  public enum Header: Sendable, Equatable {
    /// It does if any of its cells is not a number, and if its numbers are 0, 1, 2, … as pandas calls columns without
    /// names.
    case detect
    case present
    /// It does not: the columns are called `column_1`, `column_2`, …
    case absent
  }

  /// A column that says to which group a row belongs, or when it was.
  struct Division: Sendable, Equatable {
    var column: String
    var isTime: Bool
  }

  /// How to read a table.
  public struct Options: Sendable, Equatable {
    /// The byte between cells; `nil` takes the one of `,` `;` tab and `|` that is most frequent in
    /// the first line.
    public var delimiter: UInt8?
    /// Whether runs of blanks and tabs separate cells.
    public var splitsAtBlanks = false
    public var header: Header
    /// The lines at the beginning that do not count.
    public var skippedLines = 0
    /// The byte with which a line begins that does not count.
    public var comment: UInt8?
    /// What stands before the decimals of numbers, a comma or a point; nil: found for each column.
    public var decimal: NumberNotation.Separator?
    /// What stands between their thousands; nil: found for each column.
    public var thousands: NumberNotation.Separator?
    /// Words that mean that a value is missing, beside those that are known.
    public var missingWords: [String] = []
    /// Whether those are all such words.
    public var replacesMissingWords = false
    /// The feature columns in the order wanted; `nil` takes all columns that are not targets.
    /// Columns that are neither are not looked at and may hold anything.
    public var features: [String]?
    /// The target columns; none reads features alone.
    public var targets: [String]
    /// The column of the rows' weights; it is no feature. Of an NPZ or HDF5 file, the array of them.
    public var weight: String?
    /// Whether the weights have to be there.
    var needsWeight = true
    /// What the target is; `nil` finds out: text is classes, numbers are what `TargetDecision`
    /// takes them for, several targets are values.
    public var targetKind: TargetKind?
    /// Where the channels of an array of images are; `nil`: last, and what looks otherwise is refused.
    public var imageLayout: ImageOptions.Layout?
    /// What cost and output layer say of the target, where `targetKind` does not.
    package var expectedTarget: TargetExpectation?
    /// What columns of a training table hold, where it is said.
    package var kinds: [String: ColumnKind] = [:]
    /// Whether columns of text that are all dates are read as dates.
    var findsDates = false
    /// Whether columns whose cells are all the same are no features.
    var dropsConstants = false
    /// Whether columns of text of which most cells differ are no features.
    var dropsIdentifiers = false
    /// The column that divides the rows.
    var division: Division?
    /// Columns whose texts go along with the rows, whatever else they are.
    package var carried: [String] = []
    /// The classes in the order of their indices; `nil` takes those that occur, sorted. Any other
    /// class is then an error.
    public var classNames: [String]?

    public init(
      delimiter: UInt8? = nil, header: Header = .detect, features: [String]? = nil,
      targets: [String] = [], targetKind: TargetKind? = nil, classNames: [String]? = nil
    ) {
      self.delimiter = delimiter
      self.header = header
      self.features = features
      self.targets = targets
      self.targetKind = targetKind
      self.classNames = classNames
    }
  }

  /// The data set in a table.
  ///
  /// A target in words becomes classes with their names sorted. Where `targetKind` makes numbers
  /// classes, their names are the numbers, in numeric order. The result does not depend on how many
  /// cores read it.
  ///
  /// - Throws: `.invalidInput`, naming file and line, for an empty table, a bad cell, rows of
  ///   different lengths, unknown columns, names that several columns have, an unknown class.
  public static func read(
    _ file: FileBytes, options: Options = Options()
  ) throws(DescentError) -> Dataset {
    try RawTable(file, options: options, expecting: .numbers, dropsRows: false).rows
  }

  /// The rows of a table for a trained model: its columns in its order.
  ///
  /// Columns are matched by name, whatever their order in the file, and columns the model does not
  /// know are ignored. Without a header a file matches by its number of columns.
  ///
  /// - Parameters:
  ///   - schema: what the model was trained on.
  ///   - readsTargets: whether the targets are wanted too, to evaluate the model. Otherwise they may
  ///     be there or not.
  ///   - delimiter: as in `Options`.
  ///   - header: as in `Options`.
  /// - Throws: as `read(_:options:)`.
  public static func read(
    _ file: FileBytes, schema: TableSchema, readsTargets: Bool, delimiter: UInt8? = nil,
    header: Header = .detect
  ) throws(DescentError) -> Dataset {
    try read(
      file,
      options: Options(
        delimiter: delimiter, header: header, features: schema.features,
        targets: readsTargets ? schema.targets : [],
        targetKind: schema.classNames.isEmpty ? .values : .classes,
        classNames: schema.classNames.isEmpty ? nil : schema.classNames))
  }

  /// The targets in a table that holds nothing else: a file of labels beside a file of features.
  ///
  /// - Parameter options: `targets` may name some of the columns; none takes all.
  /// - Throws: as `read(_:options:)`.
  public static func readTargets(
    _ file: FileBytes, options: Options = Options()
  ) throws(DescentError) -> Dataset.Targets {
    try readTable(ofTargets: file, options: options).targets
  }

  /// The same, and what is known of their columns.
  static func readTable(
    ofTargets file: FileBytes, options: Options
  ) throws(DescentError) -> TableTargets {
    var columns = options
    columns.features = []
    columns.weight = nil
    columns.kinds = [:]
    columns.division = nil
    var table = try CSVTable(file, options: columns, takesAllTargets: options.targets.isEmpty)
    guard var targets = try table.targets(options, allowsMissing: false) else {
      throw DescentError(.invalidInput, "has no target column", at: file.name)
    }
    var report = TableReport(table.layout, rows: table.count)
    report.add(targets, table.layout)
    targets.report = report
    return targets
  }
}
