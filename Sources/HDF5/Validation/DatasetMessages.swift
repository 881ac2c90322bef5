/// What stands for elements that were never written: the fill value messages (IV.A.2.e and f).
enum FillValue {
  /// Checks the newer message, of version 1 or 2.
  static func check(_ fields: inout FieldReader, of type: Datatype) throws(FormatFault) {
    let address = fields.address
    let version = try fields.byte()
    guard version == 1 || version == 2 else {
      throw .foreign("a fill value is of version \(version)", at: address)
    }
    // When space is allocated, when it is filled, and whether there is a value.
    let (allocation, writing, isDefined) = (
      try fields.byte(), try fields.byte(), try fields.byte()
    )
    guard allocation <= 3, writing <= 2, isDefined <= 1 else {
      throw .damaged("a fill value has unknown settings", at: address)
    }
    if version == 1 || isDefined == 1 { try checkValue(&fields, of: type) }
  }

  /// Checks the older message, which is the value alone, and the end of the newer.
  static func checkValue(_ fields: inout FieldReader, of type: Datatype) throws(FormatFault) {
    let address = fields.address
    let size = try fields.word()
    guard size == 0 || (size == type.size && !type.isVariableString) else {
      throw .damaged("a fill value has \(size) bytes, its type \(type.size)", at: address)
    }
    try fields.skip(size)
  }
}

/// Where a dataset's data is: the layout message (IV.A.2.i), version 3.
enum DataLayout {
  /// Checks the message, and notes the data in the map.
  static func check(
    _ fields: inout FieldReader, of type: Datatype, _ space: Dataspace, _ map: inout FileMap
  ) throws(FormatFault) {
    let address = fields.address
    let version = try fields.byte()
    guard version == 3 else { throw .foreign("its layout is of version \(version)", at: address) }
    let kind = try fields.byte()
    guard let bytes = Dataspace.product([space.count, UInt64(type.size)]) else {
      throw .damaged("its shape promises more bytes than 64 bits count", at: address)
    }
    switch kind {
    case 0:
      let size = try fields.short()
      guard UInt64(size) == bytes else {
        throw .damaged("its shape promises \(bytes) bytes but \(size) are stored", at: address)
      }
      try fields.skip(size)
    case 1:
      let (start, size) = (try fields.long(), try fields.long())
      guard size == bytes else {
        throw .damaged("its shape promises \(bytes) bytes but \(size) are stored", at: address)
      }
      // Data that was never written has no place.
      if start != .max { try map.data(at: start, count: size) }
    case 2:
      throw .foreign("its data is chunked; only contiguous data is read", at: address)
    default: throw .damaged("its layout is of the unknown class \(kind)", at: address)
    }
  }
}
