import HDF5

extension HDF5Group {
  /// Writes a record: arrays as datasets, all else as attributes.
  package func write<Record>(_ record: Record, as fields: [RecordField<Record>]) throws(HDF5Error) {
    for field in fields {
      let name = field.name
      switch field.place {
      case .whole(let path): try attributes.set(name, to: Int64(record[keyPath: path]))
      case .optionalWhole(let path):
        if let value = record[keyPath: path] { try attributes.set(name, to: Int64(value)) }
      case .flag(let path): try attributes.set(name, to: Int64(record[keyPath: path] ? 1 : 0))
      case .number(let path): try attributes.set(name, to: record[keyPath: path])
      case .optionalNumber(let path):
        if let value = record[keyPath: path] { try attributes.set(name, to: value) }
      case .text(let path): try attributes.set(name, to: record[keyPath: path])
      case .wholes(let path):
        try write(array: record[keyPath: path].map { Int64($0) }, field)
      case .numbers(let path): try write(array: record[keyPath: path], field)
      case .floats(let path): try write(array: record[keyPath: path], field)
      }
    }
  }

  private func write<Record>(array: [some HDF5Element], _ field: RecordField<Record>)
    throws(HDF5Error)
  {
    if field.isRequired || !array.isEmpty { try write(array, to: field.name) }
  }

  /// Writes records of one kind: a dataset for each field. In a column that a record may lack NaN stands for "none".
  package func write<Row>(rows: [Row], as fields: [RecordField<Row>]) throws(HDF5Error) {
    for field in fields {
      switch field.place {
      case .whole(let path): try write(rows.map { Int64($0[keyPath: path]) }, to: field.name)
      case .text(let path): try write(rows.map { $0[keyPath: path] }, to: field.name)
      default: try write(rows.map { field.number(in: $0) ?? .nan }, to: field.name)
      }
    }
  }
}

extension CheckpointReader {
  /// Reads a record's fields from a group.
  ///
  /// - Throws: for one that is missing, of another type or of another length than it has to have; what its value may be is
  ///   for `StateRules`.
  package func read<Record>(
    _ fields: [RecordField<Record>], of group: String, into record: inout Record
  ) throws(DescentError) {
    for field in fields { try read(field, of: group, into: &record) }
  }

  private func read<Record>(
    _ field: RecordField<Record>, of path: String, into record: inout Record
  ) throws(DescentError) {
    let name = field.name
    let group = try read { root throws(HDF5Error) in try root.group(path) }
    let isThere = try read { _ throws(HDF5Error) in
      try field.shape == nil ? group.attributes.contains(name) : group.contains(name)
    }
    guard isThere || field.isRequired else { return }
    func number<Value: HDF5Element>(_: Value.Type) throws(DescentError) -> Value {
      try read { _ throws(HDF5Error) in try group.attributes.number(name) }
    }
    let shape = field.count.map { [record[keyPath: $0]] }
    func array<Value: HDF5Element>(_ type: Value.Type) throws(DescentError) -> [Value] {
      try read { _ throws(HDF5Error) in try group.dataset(name).read(type, shape: shape) }
    }
    switch field.place {
    case .whole(let place): record[keyPath: place] = Int(try number(Int64.self))
    case .optionalWhole(let place): record[keyPath: place] = Int(try number(Int64.self))
    case .number(let place): record[keyPath: place] = try number(Double.self)
    case .optionalNumber(let place): record[keyPath: place] = try number(Double.self)
    case .flag(let place):
      let value = try number(Int64.self)
      guard (0...1).contains(value) else {
        throw DescentError(
          .invalidInput, "/\(path)@\(name) is \(value), neither 0 nor 1", at: self.path)
      }
      record[keyPath: place] = value == 1
    case .text(let place):
      record[keyPath: place] = try read { _ throws(HDF5Error) in
        try group.attributes.string(name)
      }
    case .wholes(let place): record[keyPath: place] = try array(Int64.self).map { Int($0) }
    case .numbers(let place): record[keyPath: place] = try array(Double.self)
    case .floats(let place): record[keyPath: place] = try array(Float.self)
    }
  }

  /// Reads records that `write(rows:as:)` has written: as many as the first field has.
  ///
  /// - Parameter empty: a record to be filled.
  /// - Throws: for a column that is missing, of another type or of another length.
  package func rows<Row>(_ fields: [RecordField<Row>], of path: String, empty: Row)
    throws(DescentError)
    -> [Row]
  {
    try read { root throws(HDF5Error) in
      let group = try root.group(path)
      let count = try fields.first.map { field throws(HDF5Error) in
        try group.dataset(field.name).count
      }
      var rows = Array(repeating: empty, count: count ?? 0)
      let shape = [rows.count]
      for field in fields {
        let dataset = try group.dataset(field.name)
        switch field.place {
        case .whole(let place):
          let values = try dataset.read(Int64.self, shape: shape)
          for row in rows.indices { rows[row][keyPath: place] = Int(values[row]) }
        case .text(let place):
          let values = try dataset.readStrings(shape: shape)
          for row in rows.indices { rows[row][keyPath: place] = values[row] }
        case .number(let place):
          let values = try dataset.read(Double.self, shape: shape)
          for row in rows.indices { rows[row][keyPath: place] = values[row] }
        case .optionalNumber(let place):
          let values = try dataset.read(Double.self, shape: shape)
          for row in rows.indices {
            let isNone = values[row].isNaN && !field.isRequired
            rows[row][keyPath: place] = isNone ? nil : values[row]
          }
        case .optionalWhole, .flag, .wholes, .numbers, .floats:
          preconditionFailure("\(field.name) is no column of a table")
        }
      }
      return rows
    }
  }
}
