/// A layer that moves feature maps within larger or smaller ones.
public protocol MarginLayer: SpatialLayer {
  /// Pixels that the output has more than the input, edge by edge; fewer where they are below zero.
  var growth: MapMargin { get }
}

extension MarginLayer {
  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] {
    try requireMap(input)
    let possible = -PerAxis.largest...PerAxis.largest
    let edges = [growth.top, growth.bottom, growth.left, growth.right]
    guard edges.allSatisfy({ possible.contains($0) }), input.allSatisfy({ possible.contains($0) })
    else { throw DescentError(.invalidInput, "its margins are beyond any map's size") }
    let output = zip(input, growth.added(axes: Self.axes)).map { $0 + $1 }
    guard output.allSatisfy({ $0 > 0 }) else {
      throw DescentError(
        .invalidInput, "nothing is left of maps of the shape \(input)",
        advice: "cut off less than there is")
    }
    return output + [input[Self.axes]]
  }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    let (x, y) = (context.inputMap, context.outputMap)
    for row in rows { x.copy(row, into: y, down: growth.top, right: growth.left) }
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradientMap, let dx = context.inputGradientMap else { return }
    for row in rows { d.copy(row, into: dx, down: -growth.top, right: -growth.left) }
  }
}

/// A layer that puts zeros around feature maps.
public protocol ZeroPadding: MarginLayer {
  var padding: MapMargin { get }
}

extension ZeroPadding {
  public static var shorthand: String? { "padding" }
  public var growth: MapMargin { padding }
}

/// A layer that cuts off the edges of feature maps.
public protocol Cropping: MarginLayer {
  var cropping: MapMargin { get }
}

extension Cropping {
  public static var shorthand: String? { "cropping" }
  public var growth: MapMargin {
    MapMargin(
      top: 0 &- cropping.top, bottom: 0 &- cropping.bottom, left: 0 &- cropping.left,
      right: 0 &- cropping.right)
  }
}
