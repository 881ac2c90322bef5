/// y = the largest value of each window, channel by channel. Of several that large the gradient goes to the first.
///
/// Shapes: x N × height × width × channels, y the same with as many rows and columns as there are windows.
public struct MaxPooling2D: MaximumPooling, WindowPooling, TabledComponent {
  public static let kind = "max_pooling2d"
  public static let summary = "Takes the largest value of each window of a feature map."
  public static let axes = 2
  public static let table = ConfigTable(
    MaxPooling2D(),
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
