/// A table's columns as its user knows them, and where their features are in the rows that a network takes.
struct UnderstoodColumn: Sendable {
  enum Kind: Sendable {
    case number
    /// A feature for each of the values.
    case categories([String])
    /// One feature that holds the number of the value.
    case numbered([String])
    /// Parts of a date, which are nothing one by one.
    case parts
  }

  var name: String
  var features: Range<Int>
  var kind: Kind

  /// The columns of rows; none where rows are no table's.
  static func columns(of dataset: Dataset) -> [UnderstoodColumn] {
    guard dataset.shape.count == 1 else { return [] }
    guard let encoding = dataset.encoding else {
      return dataset.featureNames.enumerated().map {
        UnderstoodColumn(name: $1, features: $0..<$0 + 1, kind: .number)
      }
    }
    var first = 0
    return encoding.columns.map { column in
      defer { first += column.width }
      func named(_ values: [String], _ hasOther: Bool) -> [String] {
        values.map { $0.isEmpty ? "missing" : $0 } + (hasOther ? ["other"] : [])
      }
      let kind: Kind =
        switch column.kind {
        case .number: .number
        case .categories(let values, let hasOther): .categories(named(values, hasOther))
        case .embedded(let values, let hasOther, _): .numbered(named(values, hasOther))
        case .time: .parts
        }
      return UnderstoodColumn(
        name: column.name, features: first..<first + column.width, kind: kind)
    }
  }

  /// Which of the values a row has; nil for a number.
  func category(_ row: UnsafePointer<Float>) -> Int? {
    switch kind {
    case .number, .parts: nil
    case .categories: features.first { row[$0] == 1 }.map { $0 - features.lowerBound }
    case .numbered(let values):
      Int(exactly: row[features.lowerBound]).flatMap { values.indices.contains($0) ? $0 : nil }
    }
  }

  /// The values of categories; none of a number.
  var categories: [String] {
    switch kind {
    case .number, .parts: []
    case .categories(let values), .numbered(let values): values
    }
  }

  /// Makes a row one of that category.
  func set(_ row: UnsafeMutablePointer<Float>, category: Int) {
    switch kind {
    case .number, .parts: break
    case .categories:
      for feature in features { row[feature] = feature == features.lowerBound + category ? 1 : 0 }
    case .numbered: row[features.lowerBound] = Float(category)
    }
  }
}
