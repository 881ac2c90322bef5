/// y = the mean of each channel over the whole map.
///
/// Shapes: x N × height × width × channels, y N × channels.
public struct GlobalAveragePooling2D: AveragePooling, GlobalPooling, TabledComponent {
  public static let kind = "global_average_pooling2d"
  public static let summary = "Takes the mean of each channel over the whole feature map."
  public static let axes = 2
  public static let table = ConfigTable(
    GlobalAveragePooling2D(),
    .keepDimensions(\.keepDimensions),
    .name(\.name))

  public private(set) var keepDimensions: Bool
  public private(set) var name: String?

  public init(keepDimensions: Bool = false, name: String? = nil) {
    self.keepDimensions = keepDimensions
    self.name = name
  }
}
