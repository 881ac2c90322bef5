/// y = the mean of each window, channel by channel. Places outside the map do not count.
///
/// Shapes: x N × positions × channels, y the same with as many positions as there are windows.
public struct AveragePooling1D: AveragePooling, WindowPooling, TabledComponent {
  public static let kind = "average_pooling1d"
  public static let summary = "Takes the mean of each window of a sequence."
  public static let axes = 1
  public static let table = ConfigTable(
    AveragePooling1D(),
    .group(PoolingWindow.table(axes: axes), at: \.window),
    .name(\.name))

  public private(set) var window: PoolingWindow
  public private(set) var name: String?

  public init(
    _ poolSize: PerAxis = 2, strides: PerAxis? = nil, padding: SpatialPadding = .valid,
    name: String? = nil
  ) {
    window = PoolingWindow(poolSize, strides: strides, padding: padding)
    self.name = name
  }
}
