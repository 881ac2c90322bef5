/// Drops whole channels of sequences in each training step (Tompson et al. 2015).
///
/// Shapes: x and y N × positions × channels.
public struct SpatialDropout1D: SpatialDropout, TabledComponent {
  public static let kind = "spatial_dropout1d"
  public static let summary = "Drops whole channels of sequences in training."
  public static let shorthand: String? = "rate"
  public static let axes = 1
  public static let table = ConfigTable(
    SpatialDropout1D(0),
    .required("rate", .number(.from(0, below: 1)), \.rate, "The fraction of channels dropped."),
    .name(\.name))

  public private(set) var rate: Double
  public private(set) var name: String?

  public init(_ rate: Double, name: String? = nil) {
    self.rate = rate
    self.name = name
  }
}
