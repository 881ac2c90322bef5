/// A column of a table that goes along with its rows as it is, whatever else it is for.
package struct CarriedColumn: Sendable, Equatable {
  package let name: String
  /// The text of each row.
  package let texts: [String]

  package init(name: String, texts: [String]) {
    self.name = name
    self.texts = texts
  }

  /// That of some of the rows.
  func rows(_ indices: [Int]) -> CarriedColumn {
    CarriedColumn(name: name, texts: indices.map { texts[$0] })
  }
}
