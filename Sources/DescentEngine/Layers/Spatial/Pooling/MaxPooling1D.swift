/// y = the largest value of each window, channel by channel. Of several that large the gradient goes to the first.
///
/// Shapes: x N × positions × channels, y the same with as many positions as there are windows.
public struct MaxPooling1D: MaximumPooling, WindowPooling, TabledComponent {
  public static let kind = "max_pooling1d"
  public static let summary = "Takes the largest value of each window of a sequence."
  public static let axes = 1
  public static let table = ConfigTable(
    MaxPooling1D(),
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
