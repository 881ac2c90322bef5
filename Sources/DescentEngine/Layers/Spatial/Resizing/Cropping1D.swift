/// Cuts off the ends of sequences.
///
/// Shapes: x and y N × positions × channels.
public struct Cropping1D: Cropping, TabledComponent {
  public static let kind = "cropping1d"
  public static let summary = "Cuts off the ends of sequences."
  public static let axes = 1
  public static let table = ConfigTable(
    Cropping1D(),
    .margin(
      "cropping", axes: axes, \.cropping, default: 1,
      "What goes at both ends: a number, or [before, after]."),
    .name(\.name))

  public private(set) var cropping: MapMargin
  public private(set) var name: String?

  public init(before: Int = 1, after: Int = 1, name: String? = nil) {
    cropping = MapMargin(before: before, after: after)
    self.name = name
  }
}
