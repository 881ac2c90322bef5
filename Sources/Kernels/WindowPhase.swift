/// Along one axis, the input positions that the same places of a window reach: with a stride of s every s-th.
///
/// The gradient there is a convolution of the output's gradient, without stride, with these places in opposite order.
struct WindowPhase: Sendable {
  /// The first of the positions, and their number.
  let first: Int
  let count: Int
  /// The number of places, and the last of them in the order in which they are met: each before it is `step` further on.
  let size: Int
  let last: Int
  let step: Int
  /// Output positions before the one of the same number at which the first place is.
  let before: Int

  var places: [Int] { (0..<size).reversed().map { last + step * $0 } }

  /// Those that have positions, of which there are no more than positions, whatever the stride.
  static func of(_ axis: WindowAxis) -> [WindowPhase] {
    let stride = axis.stride
    return (0..<min(stride, axis.input)).map { first in
      let offset = (first + axis.before) % stride
      let size = offset < axis.size ? (axis.size - offset + stride - 1) / stride : 0
      return WindowPhase(
        first: first, count: (axis.input - first + stride - 1) / stride, size: size, last: offset,
        step: stride, before: (size - 1) * axis.dilation - (first + axis.before - offset) / stride)
    }
  }
}
