/// A gate that weighs the channels of feature maps by what is in all of them (Hu et al. 2018): the mean of each channel goes
/// through a dense layer of channels / ratio units with ReLU and one with a sigmoid, whose outputs multiply the channels.
///
/// A network takes it apart into the gate's layers. For other layers than these there is `Gate`.
public struct SqueezeExcitation: CompositeLayer, TabledComponent {
  public static let kind = "squeeze_excitation"
  public static let summary =
    "Weighs the channels of feature maps by what is in all of them: a gate of global average pooling and two dense layers."
  public static let shorthand: String? = "ratio"
  public static let table = ConfigTable(
    SqueezeExcitation(),
    .option(
      "ratio", .integer(.atLeast(1)), \.ratio,
      "How many times fewer units than channels the first of its dense layers has; one at least."))

  public private(set) var ratio: Int

  public init(ratio: Int = 16) { self.ratio = ratio }

  /// The gate that it is for maps of the shape that comes.
  public func assemble(into network: inout NetworkAssembly) throws(DescentError) {
    try network.check(self)
    let shape = network.shape
    guard (2...3).contains(shape.count) else {
      throw DescentError(
        .invalidInput, "\(Self.kind) takes feature maps, not an input of shape \(shape)",
        at: network.path(of: self), advice: "put it behind a convolution")
    }
    let channels = shape[shape.count - 1]
    let pooling: any Layer =
      shape.count == 3 ? GlobalAveragePooling2D() : GlobalAveragePooling1D()
    try network.add(
      Gate {
        pooling
        Dense(max(1, channels / ratio), activation: .relu)
        Dense(channels, activation: .sigmoid)
      })
  }
}
