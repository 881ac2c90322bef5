/// The weights with which the pixels along one side make those of another length.
struct ResamplingWeights {
  /// The first old pixel of each new one.
  private(set) var starts: [Int] = []
  /// How many there are of it.
  private var counts: [Int] = []
  /// The weights of all, with 22 bits after the point, as many places for each as the longest takes.
  private var weights: [Int] = []
  private let most: Int

  private static let precision = 22
  /// One half, which makes cutting off rounding.
  static let half = 1 << (precision - 1)

  /// A sum of weighted bytes as a byte.
  static func byte(_ sum: Int) -> UInt8 { UInt8(min(max(sum >> precision, 0), 255)) }

  /// - Parameters:
  ///   - box: the stretch of the side that is taken.
  ///   - extent: the pixels that it has.
  ///   - count: those that it is to have.
  init(_ filter: ResamplingFilter, from box: (Float, Float), of extent: Int, to count: Int) {
    let scale = Double(box.1 - box.0) / Double(count)
    let filterScale = max(scale, 1)
    let support = filter.support * filterScale
    let inverse = 1 / filterScale
    most = Int(support.rounded(.up)) * 2 + 1
    starts.reserveCapacity(count)
    counts.reserveCapacity(count)
    weights = [Int](repeating: 0, count: most * count)
    var raw = [Double](repeating: 0, count: most)
    for place in 0..<count {
      let center = Double(box.0) + (Double(place) + 0.5) * scale
      let start = max(Int(center - support + 0.5), 0)
      let end = min(Int(center + support + 0.5), extent)
      var sum = 0.0
      for index in 0..<max(0, end - start) {
        raw[index] = filter.weight((Double(index + start) - center + 0.5) * inverse)
        sum += raw[index]
      }
      starts.append(start)
      counts.append(max(0, end - start))
      for index in 0..<max(0, end - start) {
        let weight = (sum == 0 ? raw[index] : raw[index] / sum) * Double(1 << Self.precision)
        weights[place * most + index] = Int(weight < 0 ? weight - 0.5 : weight + 0.5)
      }
    }
  }

  /// Calls with the place, counted from the first, and the weight of each old pixel of a new one.
  @inline(__always)
  func forEach(of place: Int, _ body: (_ index: Int, _ weight: Int) -> Void) {
    let first = place * most
    for index in 0..<counts[place] { body(index, weights[first + index]) }
  }
}
