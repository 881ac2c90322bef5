import Kernels

/// The places that a run's trained parameters came through, in order.
struct ParameterPath: Sendable {
  /// How many floats are kept at most, of all paths in one picture: 256 MB.
  static let mostFloats = 1 << 26

  /// Floats of a place: a vector with the layout of the trainable parameters.
  let length: Int
  private(set) var steps: [Int] = []
  private(set) var points: [AlignedFloats] = []

  init(length: Int) { self.length = length }

  /// Takes down a place, the first `length` elements of a vector.
  mutating func append(_ vector: AlignedFloats, step: Int) {
    let point = AlignedFloats(count: length)
    point.base.update(from: vector.base, count: length)
    points.append(point)
    steps.append(step)
  }
}
