/// Which of the columns that a network's layers take in are numbers, once columns of categories are embedded.
struct NumberColumns {
  private let data: Dataset
  /// For each column the data's column, where that is one of numbers.
  private let sources: [Int?]

  init(_ data: Dataset) {
    self.data = data
    guard let encoding = data.encoding else {
      sources = (0..<data.width).map { $0 }
      return
    }
    var sources: [Int?] = []
    var feature = 0
    for column in encoding.columns {
      switch column.kind {
      case .number:
        sources.append(feature)
        sources += Array(repeating: nil, count: column.width - 1)
      case .categories: sources += Array(repeating: nil, count: column.width)
      case .time(let parts, _, _, _):
        sources += (0..<parts.count).map { feature + $0 }
        sources += Array(repeating: nil, count: column.width - parts.count)
      case .embedded(_, _, let units): sources += Array(repeating: nil, count: units)
      }
      feature += column.width
    }
    self.sources = sources
  }

  /// The layer that encodes numbers.
  ///
  /// - Parameter model: a network whose weights the run begins with, so that its columns have as many bins.
  /// - Returns: nil where numbers stay as they are.
  /// - Throws: where the rows are none of a table, or cannot be had.
  func encoding(
    _ numbers: DataConfig.Numbers, from model: Network?
  ) throws(DescentError) -> (any Layer)? {
    switch numbers {
    case .plain, .auto: return nil
    case .piecewiseLinear(let bins, let includesInput):
      try requireTable()
      return try binning(bins, includesInput: includesInput, from: model)
    case .periodic(let frequencies, let units, let deviation, let includesInput):
      try requireTable()
      if let known = model?.layers.lazy.compactMap({ $0 as? Periodic }).first { return known }
      let columns = try data.sortedColumns()
      let written = sources.indices.filter { index in
        // A straight line says all there is to say of two values.
        sources[index].map { QuantileBins.edges(of: columns[$0], bins: 2).count > 2 } ?? false
      }
      return written.isEmpty
        ? nil
        : Periodic(
          columns: written.count == sources.count ? nil : written, frequencies: frequencies,
          units: units, deviation: deviation, includesInput: includesInput)
    }
  }

  /// - Throws: where the rows are none of a table.
  private func requireTable() throws(DescentError) {
    guard data.shape.count == 1 else {
      throw DescentError(
        .invalidInput, "is for the columns of a table, and rows are of shape \(data.shape)",
        at: "data.numbers", advice: "leave it out")
    }
  }

  private func binning(
    _ most: Int, includesInput: Bool, from model: Network?
  ) throws(DescentError) -> (any Layer)? {
    if let known = model?.layers.lazy.compactMap({ $0 as? PiecewiseLinear }).first { return known }
    let columns = try data.sortedColumns()
    let bins = sources.map { source in
      let bins = source.map { QuantileBins.edges(of: columns[$0], bins: most).count - 1 } ?? 0
      // A straight line says all there is to say of two values.
      return bins < 2 ? 0 : bins
    }
    return bins.contains { $0 > 0 }
      ? PiecewiseLinear(bins: PerAxis(bins), includesInput: includesInput) : nil
  }
}
