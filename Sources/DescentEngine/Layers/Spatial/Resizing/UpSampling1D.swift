/// Repeats each position of sequences.
///
/// Shapes: x N × positions × channels, y N × positions·size × channels.
public struct UpSampling1D: UpSampling, TabledComponent {
  public static let kind = "up_sampling1d"
  public static let summary = "Repeats each position of sequences."
  public static let axes = 1
  public static let table = ConfigTable(
    UpSampling1D(),
    .option("size", PerAxis.type(from: 1), \.size, "How often each position stands there."),
    .name(\.name),
    check: { layer, options throws(DescentError) in
      try layer.size.check(axes: axes, "size", options)
    })

  public private(set) var size: PerAxis
  public private(set) var name: String?
  public var interpolation: Interpolation { .nearest }

  public init(_ size: PerAxis = 2, name: String? = nil) {
    self.size = size
    self.name = name
  }
}
