/// y = the largest value of each channel over the whole map. Of several that large the gradient goes to the first.
///
/// Shapes: x N × height × width × channels, y N × channels.
public struct GlobalMaxPooling2D: MaximumPooling, GlobalPooling, TabledComponent {
  public static let kind = "global_max_pooling2d"
  public static let summary = "Takes the largest value of each channel over the whole feature map."
  public static let axes = 2
  public static let table = ConfigTable(
    GlobalMaxPooling2D(),
    .keepDimensions(\.keepDimensions),
    .name(\.name))

  public private(set) var keepDimensions: Bool
  public private(set) var name: String?

  public init(keepDimensions: Bool = false, name: String? = nil) {
    self.keepDimensions = keepDimensions
    self.name = name
  }
}
