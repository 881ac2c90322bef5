/// Pooling by a window that goes over the map in strides.
public protocol WindowPooling: PoolingLayer {
  var window: PoolingWindow { get }
}

extension WindowPooling {
  public static var shorthand: String? { "pool_size" }

  public func window(over map: [Int]) throws(DescentError) -> MapWindow {
    try requireMap(map)
    return try window.over(map)
  }

  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] {
    let over = try window(over: input)
    let axes = [over.vertical.output, over.horizontal.output]
    return axes.suffix(Self.axes) + [input[input.count - 1]]
  }
}
