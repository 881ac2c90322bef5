/// y = the largest value of each channel over the whole map. Of several that large the gradient goes to the first.
///
/// Shapes: x N × positions × channels, y N × channels.
public struct GlobalMaxPooling1D: MaximumPooling, GlobalPooling, TabledComponent {
  public static let kind = "global_max_pooling1d"
  public static let summary = "Takes the largest value of each channel over the whole sequence."
  public static let axes = 1
  public static let table = ConfigTable(
    GlobalMaxPooling1D(),
    .keepDimensions(\.keepDimensions),
    .name(\.name))

  public private(set) var keepDimensions: Bool
  public private(set) var name: String?

  public init(keepDimensions: Bool = false, name: String? = nil) {
    self.keepDimensions = keepDimensions
    self.name = name
  }
}
