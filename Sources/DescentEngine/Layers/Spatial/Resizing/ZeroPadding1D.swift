/// Puts zeros around sequences.
///
/// Shapes: x and y N × positions × channels.
public struct ZeroPadding1D: ZeroPadding, TabledComponent {
  public static let kind = "zero_padding1d"
  public static let summary = "Puts zeros before and behind sequences."
  public static let axes = 1
  public static let table = ConfigTable(
    ZeroPadding1D(),
    .margin(
      "padding", axes: axes, \.padding, default: 1,
      "Zeros at both ends: a number, or [before, after]."),
    .name(\.name))

  public private(set) var padding: MapMargin
  public private(set) var name: String?

  public init(before: Int = 1, after: Int = 1, name: String? = nil) {
    padding = MapMargin(before: before, after: after)
    self.name = name
  }
}
