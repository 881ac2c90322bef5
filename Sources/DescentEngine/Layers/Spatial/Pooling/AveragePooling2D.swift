/// y = the mean of each window, channel by channel. Places outside the map do not count.
///
/// Shapes: x N × height × width × channels, y the same with as many rows and columns as there are windows.
public struct AveragePooling2D: AveragePooling, WindowPooling, TabledComponent {
  public static let kind = "average_pooling2d"
  public static let summary = "Takes the mean of each window of a feature map."
  public static let axes = 2
  public static let table = ConfigTable(
    AveragePooling2D(),
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
