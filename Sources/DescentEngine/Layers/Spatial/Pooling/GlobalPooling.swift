/// Pooling by a window as large as the map.
public protocol GlobalPooling: PoolingLayer {
  /// Whether the output is a map of one pixel, rather than a row of its channels.
  var keepDimensions: Bool { get }
}

extension GlobalPooling {
  public func window(over map: [Int]) throws(DescentError) -> MapWindow {
    try requireMap(map)
    return MapWindow(
      vertical: .whole(Self.axes == 2 ? map[0] : 1), horizontal: .whole(map[Self.axes - 1]))
  }

  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] {
    try requireMap(input)
    let ones = keepDimensions ? Array(repeating: 1, count: Self.axes) : []
    return ones + [input[Self.axes]]
  }
}

extension ConfigOption {
  static func keepDimensions(_ path: Path<Bool>) -> Self {
    .option(
      "keepdims", .bool, path,
      "Whether the output is a map of one pixel, rather than a row of its channels.")
  }
}
