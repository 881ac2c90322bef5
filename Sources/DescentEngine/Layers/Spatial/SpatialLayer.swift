/// A layer over the axes of feature maps: height × width × channels, or positions × channels.
///
/// It takes maps as they come, in whole rows or as positions, and puts them out as positions.
public protocol SpatialLayer: Layer {
  /// The axes of its maps beside the channels: 1 or 2.
  static var axes: Int { get }
}

extension SpatialLayer {
  public var spansPositions: Bool { true }

  public func outputLayout(for input: ActivationLayout, shape: [Int]) -> ActivationLayout {
    .positions(of: shape)
  }

  /// - Throws: where an input is no feature map of the layer's axes.
  func requireMap(_ input: [Int]) throws(DescentError) {
    guard input.count == Self.axes + 1 else {
      let shape = Self.axes == 1 ? "positions × channels" : "height × width × channels"
      throw DescentError(
        .invalidInput,
        "\(Self.kind) takes feature maps of \(shape), not an input of shape \(input)",
        advice: input.count == 1
          ? "put it before what makes rows of the maps, or a reshape layer before it"
          : "a reshape layer makes such maps of it")
    }
  }
}
