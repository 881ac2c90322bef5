/// How a window goes over a feature map along one axis: output position o covers the input positions
/// o·stride − before + k·dilation for k from 0 up to `size`, those outside the map being padding.
public struct WindowAxis: Sendable, Equatable {
  /// Positions of the feature map.
  public let input: Int
  /// Positions of the window.
  public let size: Int
  public let stride: Int
  public let dilation: Int
  /// Positions of padding before the first.
  public let before: Int
  public let output: Int

  /// From the first position that a window covers to the last.
  public static func span(size: Int, dilation: Int) -> Int { (size - 1) * dilation + 1 }

  /// - Returns: nil where the window does not fit into the map.
  public init?(input: Int, size: Int, stride: Int = 1, dilation: Int = 1, padding: SpatialPadding) {
    let span = Self.span(size: size, dilation: dilation)
    self.input = input
    self.size = size
    self.stride = stride
    self.dilation = dilation
    switch padding {
    case .valid:
      guard span <= input else { return nil }
      before = 0
      output = (input - span) / stride + 1
    case .same:
      output = (input + stride - 1) / stride
      before = max(0, (output - 1) * stride + span - input) / 2
    }
  }

  private init(dividing positions: Int, by size: Int) {
    (input, self.size, stride, dilation) = (positions, size, size, 1)
    (before, output) = (0, positions / size)
  }

  /// The windows at some output positions, the first of which becomes number 0.
  public func outputs(_ range: Range<Int>) -> WindowAxis {
    WindowAxis(self, outputs: range)
  }

  private init(_ axis: WindowAxis, outputs: Range<Int>) {
    (input, size, stride, dilation) = (axis.input, axis.size, axis.stride, axis.dilation)
    before = axis.before - outputs.lowerBound * axis.stride
    output = outputs.count
  }

  /// The one window that covers all positions.
  public static func whole(_ positions: Int) -> WindowAxis {
    WindowAxis(dividing: positions, by: positions)
  }

  /// Windows side by side, of a size that divides the positions.
  public static func divided(_ positions: Int, by size: Int) -> WindowAxis {
    WindowAxis(dividing: positions, by: size)
  }

  /// The input position under place `k` of the window that stands at an output position; outside the map where it is
  /// padding.
  public func position(_ output: Int, _ k: Int) -> Int { output * stride - before + k * dilation }

  /// The places of the window at an output position that lie inside the map.
  public func places(at output: Int) -> Range<Int> {
    let start = output * stride - before
    let first = start >= 0 ? 0 : (-start + dilation - 1) / dilation
    let end = input > start ? (input - start + dilation - 1) / dilation : 0
    return min(first, size)..<max(min(first, size), min(end, size))
  }

  /// The positions of padding behind the last one that the map has, as far as windows reach.
  public var after: Int { max(0, position(output - 1, size - 1) - (input - 1)) }
}
