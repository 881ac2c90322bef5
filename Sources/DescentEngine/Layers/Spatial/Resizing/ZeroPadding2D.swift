/// Puts zeros around feature maps.
///
/// Shapes: x and y N × height × width × channels.
public struct ZeroPadding2D: ZeroPadding, TabledComponent {
  public static let kind = "zero_padding2d"
  public static let summary = "Puts zeros around feature maps."
  public static let axes = 2
  public static let table = ConfigTable(
    ZeroPadding2D(),
    .margin(
      "padding", axes: axes, \.padding, default: 1,
      "Zeros at every edge: a number, [height, width], or [[top, bottom], [left, right]]."),
    .name(\.name))

  public private(set) var padding: MapMargin
  public private(set) var name: String?

  public init(_ padding: MapMargin = 1, name: String? = nil) {
    self.padding = padding
    self.name = name
  }
}
