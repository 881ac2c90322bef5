/// How often values of each size occur: eight buckets for every power of two, on both sides of zero.
///
/// A value's bucket is its sign, its exponent and the first three bits of its fraction, so that a bucket's edges are
/// an eighth apart at most, tiny gradients are told apart as well as large ones, and nothing has to be known of the
/// values beforehand. What is not finite is left out.
package struct ValueHistogram {
  private static let fractionBits: UInt32 = 20
  /// Buckets on one side of zero.
  private static let side = 1 << (31 - Int(fractionBits))

  private(set) var count = 0
  private(set) var least = Double.infinity
  private(set) var greatest = -Double.infinity
  private(set) var sum = 0.0
  private(set) var squares = 0.0
  private var counts = [Int](repeating: 0, count: 2 * side)

  package init(_ values: [Float]) {
    for value in values where value.isFinite {
      let number = Double(value)
      count += 1
      sum += number
      squares += number * number
      least = min(least, number)
      greatest = max(greatest, number)
      let size = Int(value.magnitude.bitPattern >> Self.fractionBits)
      counts[value < 0 ? Self.side - 1 - size : Self.side + size] += 1
    }
  }

  /// The buckets that hold something, in ascending order, each with its right edge. A bucket reaches down to the
  /// one before; so where that is not its neighbour, an empty one stands between them.
  var buckets: [(limit: Double, count: Int)] {
    var buckets: [(limit: Double, count: Int)] = []
    var last: Int?
    for (index, count) in counts.enumerated() where count > 0 {
      if let last, last + 1 < index { buckets.append((Self.limit(index - 1), 0)) }
      buckets.append((Self.limit(index), count))
      last = index
    }
    return buckets
  }

  private static func limit(_ index: Int) -> Double {
    let edge = index < side ? side - 1 - index : index - side + 1
    let size = Float(bitPattern: UInt32(edge) << fractionBits)
    return Double(min(size, .greatestFiniteMagnitude)) * (index < side ? -1 : 1)
  }

  /// As TensorBoard has it: `HistogramProto`.
  package var message: ProtobufMessage {
    var message = ProtobufMessage()
    message.set(1, to: count > 0 ? least : 0)
    message.set(2, to: count > 0 ? greatest : 0)
    message.set(3, to: Double(count))
    message.set(4, to: sum)
    message.set(5, to: squares)
    message.set(6, to: buckets.map(\.limit))
    message.set(7, to: buckets.map { Double($0.count) })
    return message
  }
}
