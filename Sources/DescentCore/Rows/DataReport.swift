/// What was read for a run, what it was taken for and what was left out: everything about its data that is said before
/// training.
public struct DataReport: Sendable, Equatable {
  /// An array that was read.
  public struct Array: Sendable, Equatable {
    public enum Role: String, Sendable {
      case features, labels, weights
    }

    /// The file, and the array in it where it holds several.
    public var name: String
    public var role: Role
    /// Its shape and what it holds: `400 × 3 numbers`.
    public var content: String
    /// The file's other arrays, which are not used.
    public var others: [String]

    public init(name: String, role: Role, content: String, others: [String] = []) {
      self.name = name
      self.role = role
      self.content = content
      self.others = others
    }
  }

  /// What is predicted.
  public struct Target: Sendable, Equatable {
    public var kind: TargetKind
    /// The columns' names; `target` for an array.
    public var columns: [String]
    /// The classes' names; empty for values.
    public var classes: [String]
    /// Why it is taken for that, in words that can follow "as", and what would overrule it.
    public var reason: String
    public var advice: String?

    public init(
      kind: TargetKind, columns: [String], classes: [String], reason: String = "",
      advice: String? = nil
    ) {
      self.kind = kind
      self.columns = columns
      self.classes = classes
      self.reason = reason
      self.advice = advice
    }
  }

  /// The tables among the files, that of the training rows first.
  public var tables: [TableReport]
  /// The arrays of the training rows.
  public var arrays: [Array]
  /// The folders of image files, that of the training rows first.
  public var images: [ImageReport]
  /// Values in a row, and the shape of one where it has several axes.
  public var features: Int
  public var shape: [Int]
  public var target: Target?
  public var trainingRows: Int
  /// Nil where nothing is validated.
  public var validationRows: Int?
  public var testRows: Int?
  /// What else there is to know, each a sentence.
  public var notes: [String]

  public init(
    tables: [TableReport], arrays: [Array], images: [ImageReport] = [], features: Int, shape: [Int],
    target: Target?,
    trainingRows: Int, validationRows: Int? = nil, testRows: Int? = nil, notes: [String] = []
  ) {
    self.tables = tables
    self.arrays = arrays
    self.images = images
    self.features = features
    self.shape = shape
    self.target = target
    self.trainingRows = trainingRows
    self.validationRows = validationRows
    self.testRows = testRows
    self.notes = notes
  }
}
