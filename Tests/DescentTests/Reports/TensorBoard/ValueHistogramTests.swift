import Testing

@testable import Descent
@testable import DescentReports

@Suite struct ValueHistogramTests {
  /// Which bucket a value belongs to, by the edges alone.
  private static func place(of value: Double, in limits: [Double]) -> Int? {
    limits.firstIndex { value < 0 ? value <= $0 : value < $0 }
  }

  @Test(arguments: [1.0, 1e-30, 1e30] as [Float])
  func everyValueIsInItsBucket(scale: Float) {
    let values = noise(5000, seed: 4).map { $0 * $0 * $0 * scale } + [0, -0.0, scale, -scale]
    let histogram = ValueHistogram(values)
    let (limits, counts) = (histogram.buckets.map(\.limit), histogram.buckets.map(\.count))
    #expect(zip(limits, limits.dropFirst()).allSatisfy { $0 < $1 })
    var expected = [Int](repeating: 0, count: limits.count)
    for value in values { expected[Self.place(of: Double(value), in: limits) ?? 0] += 1 }
    #expect(counts == expected)
    #expect(histogram.count == values.count && histogram.least == Double(values.min()!))
    #expect(histogram.greatest == Double(values.max()!))
    let sum = values.reduce(0.0) { $0 + Double($1) }
    #expect(abs(histogram.sum - sum) <= 1e-9 * Double(scale))
    // A bucket's edges are an eighth apart at most, but for empty ones.
    for (index, bucket) in histogram.buckets.enumerated().dropFirst() where bucket.count > 0 {
      let edges = [limits[index - 1].magnitude, bucket.limit.magnitude]
      #expect(edges.min()! < 1e-37 || edges.max()! <= 1.1251 * edges.min()!)
    }
  }

  @Test func whatIsNotFiniteIsLeftOut() {
    let histogram = ValueHistogram([.nan, .infinity, -.infinity, .greatestFiniteMagnitude, 1])
    #expect(histogram.count == 2)
    #expect(histogram.buckets.map(\.count) == [1, 0, 1])
    #expect(histogram.buckets.allSatisfy { $0.limit.isFinite })
    #expect(ValueHistogram([]).buckets.isEmpty)
    #expect(ValueHistogram([0]).buckets.map(\.count) == [1])
  }

  /// What TensorBoard's classes write for `HistogramProto(min=-1, max=2, num=3, sum=1, …)` begins so.
  @Test func theMessageHasTheFieldsInOrder() {
    let fields = Array(
      ProtobufFields(ValueHistogram([-1, 0, 2]).message.pieces.flatMap { $0 }[...]))
    #expect(fields.map(\.field) == [1, 2, 3, 4, 5, 6, 7])
    #expect(fields[0].value == .fixed([0, 0, 0, 0, 0, 0, 0xf0, 0xbf]))
  }
}
