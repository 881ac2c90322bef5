/// y = the mean of each channel over the whole map.
///
/// Shapes: x N × positions × channels, y N × channels.
public struct GlobalAveragePooling1D: AveragePooling, GlobalPooling, TabledComponent {
  public static let kind = "global_average_pooling1d"
  public static let summary = "Takes the mean of each channel over the whole sequence."
  public static let axes = 1
  public static let table = ConfigTable(
    GlobalAveragePooling1D(),
    .keepDimensions(\.keepDimensions),
    .name(\.name))

  public private(set) var keepDimensions: Bool
  public private(set) var name: String?

  public init(keepDimensions: Bool = false, name: String? = nil) {
    self.keepDimensions = keepDimensions
    self.name = name
  }
}
