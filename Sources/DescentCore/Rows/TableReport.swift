/// What was read from a table, how, and what was left out: everything about it that was found and not told.
public struct TableReport: Sendable, Equatable {
  /// What a table's first line was taken for.
  public enum Header: Sendable, Equatable {
    /// It names the columns, because the options or its words say so.
    case present
    /// It is a row, because the options or its numbers say so.
    case absent
    /// It names the columns although it may be a row of numbers.
    case assumedPresent
    /// It is a row although it may name the columns.
    case assumedAbsent
  }

  /// What a column is used for.
  public enum Role: String, Sendable {
    case feature, target, weight
    /// It divides the rows into those that are trained on and those that validate.
    case division
    /// It names the rows and is no feature.
    case rowNames = "row names"
    case leftOut = "left out"
  }

  /// One column.
  public struct Column: Sendable, Equatable {
    public var name: String
    public var role: Role
    /// What its cells hold, in a few words: `numbers`, `5 categories`, `times`; empty for a column that is not used.
    public var kind: String
    /// The features it becomes.
    public var features: Int
    /// Why it is left out.
    public var reason: String?
    /// The cells that say that a value is missing.
    public var missing: Int
    /// How its numbers are written, where that is not plain: `decimal comma, thousands with a point`.
    public var notation: String?
    /// How many different numbers a column of numbers holds, where they are at most `mostValues`.
    public var values: Int?

    /// More different numbers than so many are not counted.
    public static let mostValues = 100

    public init(
      name: String, role: Role, kind: String = "", features: Int = 0, reason: String? = nil,
      missing: Int = 0, notation: String? = nil
    ) {
      self.name = name
      self.role = role
      self.kind = kind
      self.features = features
      self.reason = reason
      self.missing = missing
      self.notation = notation
    }
  }

  /// Rows that were left out, and why.
  public struct Dropped: Sendable, Equatable {
    public var rows: Int
    public var reason: String

    public init(rows: Int, reason: String) {
      self.rows = rows
      self.reason = reason
    }
  }

  /// What messages call the file.
  public var file: String
  /// What stands between two cells: `comma`, `semicolon`, `tab`, `blanks`, …
  public var delimiter: String
  public var header: Header
  /// The rows that are used.
  public var rows: Int
  public var dropped: [Dropped]
  /// The columns in the order of the file.
  public var columns: [Column]
  /// What a user should hear of before training, each a sentence that says how it can be overruled.
  public var warnings: [String]

  public init(
    file: String, delimiter: String = "comma", header: Header = .present, rows: Int = 0,
    dropped: [Dropped] = [], columns: [Column] = [], warnings: [String] = []
  ) {
    self.file = file
    self.delimiter = delimiter
    self.header = header
    self.rows = rows
    self.dropped = dropped
    self.columns = columns
    self.warnings = warnings
  }
}
