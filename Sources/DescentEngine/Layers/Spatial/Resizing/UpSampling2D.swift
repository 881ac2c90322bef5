/// Makes feature maps larger by whole factors.
///
/// Shapes: x N × height × width × channels, y N × height·size × width·size × channels.
public struct UpSampling2D: UpSampling, TabledComponent {
  public static let kind = "up_sampling2d"
  public static let summary = "Makes feature maps larger by whole factors."
  public static let axes = 2
  public static let table = ConfigTable(
    UpSampling2D(),
    .option("size", PerAxis.type(from: 1), \.size, "The factor along each axis."),
    .option(
      "interpolation", Interpolation.type, \.interpolation,
      "nearest: each pixel repeated; bilinear: straight lines between their centres."),
    .name(\.name),
    check: { layer, options throws(DescentError) in
      try layer.size.check(axes: axes, "size", options)
    })

  public private(set) var size: PerAxis
  public private(set) var interpolation: Interpolation
  public private(set) var name: String?

  public init(_ size: PerAxis = 2, interpolation: Interpolation = .nearest, name: String? = nil) {
    self.size = size
    self.interpolation = interpolation
    self.name = name
  }
}
