/// The places that a run's trained parameters came through, in order.
package struct ParameterPath: Sendable {
  /// How many floats are kept at most, of all paths in one picture: 256 MB.
  package static let mostFloats = 1 << 26

  /// Floats of a place: a vector with the layout of the trainable parameters.
  package let length: Int
  package private(set) var steps: [Int] = []
  package private(set) var points: [AlignedFloats] = []

  package init(length: Int) { self.length = length }

  /// Takes down a place, the first `length` elements of a vector.
  package mutating func append(_ vector: AlignedFloats, step: Int) {
    let point = AlignedFloats(count: length)
    point.base.update(from: vector.base, count: length)
    points.append(point)
    steps.append(step)
  }
}
