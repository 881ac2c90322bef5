/// What a column says of the rows that divides them: to which group each belongs, or when it was.
enum RowDivision {
  case groups([Int32])
  case times([Instant])

  /// - Parameter by: which column, and as what; nil where the options name none.
  init?(_ table: inout CSVTable, by division: CSVReader.Division?) throws(DescentError) {
    guard let division, let column = table.layout.divisionColumn,
      let place = table.place(of: column)
    else { return nil }
    self = try table.reporting { table throws(CSVFault) in
      division.isTime
        ? .times(try TimeReader.instants(table, place)) : .groups(try table.groups(of: place))
    }
  }

  /// That of the rows of these numbers.
  func rows(_ indices: [Int]) -> RowDivision {
    switch self {
    case .groups(let groups): .groups(indices.map { groups[$0] })
    case .times(let times): .times(indices.map { times[$0] })
    }
  }
}
