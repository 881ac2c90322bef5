/// How the columns of a table become the numbers a network takes; learnt from training rows and stored with the model.
///
/// A number stays one feature, with a second one that says whether it was missing where that occurred in training.
/// A category becomes one feature for each value known, 1 for its own and 0 for the others, or one that holds the
/// value's number, which the network's first layer replaces by a trained vector.
public struct TableEncoding: Sendable, Equatable {
  /// What is done where a number is missing.
  public enum Missing: String, Sendable, CaseIterable {
    /// It is an error.
    case error
    /// The mean, or the median, of the training rows takes its place.
    case mean, median
  }

  /// What a column holds and becomes.
  public enum Kind: Sendable, Equatable {
    /// - Parameters:
    ///   - fill: what stands for a missing number; nil where none may miss.
    ///   - hasIndicator: whether a feature says which were missing.
    case number(fill: Float?, hasIndicator: Bool)
    /// - Parameters:
    ///   - values: those known; the empty text stands for a missing one.
    ///   - hasOther: whether a feature stands for all values that are not known.
    case categories(values: [String], hasOther: Bool)
    /// - Parameters:
    ///   - values: those known, by number; the empty text stands for a missing one.
    ///   - hasOther: whether the number after theirs stands for all that are not known.
    ///   - units: the length of the vectors.
    case embedded(values: [String], hasOther: Bool, units: Int)
    /// - Parameters:
    ///   - parts: what of the time becomes features.
    ///   - fills: what stands for each of them where a time is missing; empty where none may miss.
    ///   - hasIndicator: whether a feature says which were missing.
    ///   - isDayFirst: whether days stand before months where they are written in a way that leaves it open; nil where no way was.
    case time(parts: [TimePart], fills: [Float], hasIndicator: Bool, isDayFirst: Bool?)
  }

  /// A column of the table.
  public struct Column: Sendable, Equatable {
    public var name: String
    public var kind: Kind
    /// How the training rows' numbers were written; rows to predict for may be written otherwise.
    public var notation: NumberNotation
    /// What is taken from numbers before they become single precision, which could not tell them apart; of times the day, since 1970,
    /// from which on the elapsed ones are counted.
    public var offset: Double

    public init(
      name: String, kind: Kind, notation: NumberNotation = NumberNotation(), offset: Double = 0
    ) {
      self.name = name
      self.kind = kind
      self.notation = notation
      self.offset = offset
    }

    /// The features that it becomes.
    package var featureNames: [String] {
      switch kind {
      case .number(_, let hasIndicator): hasIndicator ? [name, name + "_missing"] : [name]
      case .categories(let values, let hasOther):
        values.map { name + "=" + ($0.isEmpty ? "missing" : $0) }
          + (hasOther ? [name + "=other"] : [])
      case .embedded: [name]
      case .time(let parts, _, let hasIndicator, _):
        parts.map { "\(name)_\($0.rawValue)" } + (hasIndicator ? [name + "_missing"] : [])
      }
    }

    /// How many these are.
    package var width: Int {
      switch kind {
      case .number(_, let hasIndicator): hasIndicator ? 2 : 1
      case .categories(let values, let hasOther): values.count + (hasOther ? 1 : 0)
      case .embedded: 1
      case .time(let parts, _, let hasIndicator, _): parts.count + (hasIndicator ? 1 : 0)
      }
    }
  }

  /// The columns, in the order of their features.
  public var columns: [Column]

  public init(columns: [Column]) { self.columns = columns }

  /// The features' names, in order.
  public var featureNames: [String] { columns.flatMap(\.featureNames) }

  /// Which of them are numbers of the table, rather than say something of a number or a category.
  package var areNumbers: [Bool] {
    columns.flatMap { column in
      (0..<column.width).map { feature in
        switch column.kind {
        case .number: feature == 0
        case .time(let parts, _, _, _): feature < parts.count
        case .categories, .embedded: false
        }
      }
    }
  }

  /// How many these are.
  package var width: Int { columns.reduce(0) { $0 + $1.width } }
}
