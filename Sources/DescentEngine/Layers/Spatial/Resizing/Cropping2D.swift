/// Cuts off the edges of feature maps.
///
/// Shapes: x and y N × height × width × channels.
public struct Cropping2D: Cropping, TabledComponent {
  public static let kind = "cropping2d"
  public static let summary = "Cuts off the edges of feature maps."
  public static let axes = 2
  public static let table = ConfigTable(
    Cropping2D(),
    .margin(
      "cropping", axes: axes, \.cropping, default: 0,
      "What goes at every edge: a number, [height, width], or [[top, bottom], [left, right]]."),
    .name(\.name))

  public private(set) var cropping: MapMargin
  public private(set) var name: String?

  public init(_ cropping: MapMargin = 0, name: String? = nil) {
    self.cropping = cropping
    self.name = name
  }
}
