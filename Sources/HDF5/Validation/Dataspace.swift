/// The shape of a dataset or an attribute: the dataspace message (IV.A.2.b), versions 1 and 2.
struct Dataspace {
  /// The number of elements; 0 where there is no shape at all.
  let count: UInt64

  init(_ fields: inout FieldReader) throws(FormatFault) {
    let address = fields.address
    let version = try fields.byte()
    guard version == 1 || version == 2 else {
      throw .damaged("a shape is of version \(version)", at: address)
    }
    let rank = try fields.byte()
    guard rank <= 32 else { throw .damaged("a shape has \(rank) axes", at: address) }
    let flags = try fields.byte()
    guard flags & ~1 == 0 else { throw .damaged("a shape has unknown flags", at: address) }
    let kind = try fields.byte()
    var isNull = false
    if version == 1 {
      try fields.skip(4)
    } else {
      // Scalar, simple, or none.
      guard kind <= 2, kind == 1 || rank == 0 else {
        throw .damaged("a shape is of the unknown kind \(kind)", at: address)
      }
      isNull = kind == 2
    }
    var extents: [UInt64] = []
    for _ in 0..<rank { extents.append(try fields.long()) }
    if flags & 1 != 0 {
      for extent in extents {
        guard try fields.long() >= extent else {
          throw .damaged("an axis is longer than its most", at: address)
        }
      }
    }
    guard let product = Self.product(extents) else {
      throw .damaged("a shape of \(extents) has more elements than 64 bits count", at: address)
    }
    count = isNull ? 0 : product
  }

  /// The product; nil where it does not fit.
  static func product(_ factors: [UInt64]) -> UInt64? {
    if factors.contains(0) { return 0 }
    var product: UInt64 = 1
    for factor in factors {
      let (next, overflows) = product.multipliedReportingOverflow(by: factor)
      guard !overflows, next <= UInt64(Int64.max) else { return nil }
      product = next
    }
    return product
  }
}
