/// Layers several times over, one after the other, each time with parameters of their own.
///
/// A network takes it apart into the layers, as though they were written out; Keras and ONNX get those.
public struct Repeat: LayerContainer, TabledComponent {
  public static let kind = "repeat"
  public static let summary =
    "Layers several times over, each time with parameters of their own: as though they were written out."
  public static let table = ConfigTable(
    Repeat(0, layers: []),
    .required(
      "times", .integer(.from(1, to: NetworkAssembly.mostLayers)), \.times, "How often."),
    .layers(\.layers))

  public private(set) var times: Int
  public private(set) var layers: [any Layer]

  public init(_ times: Int, @NetworkBuilder _ layers: () -> [any Layer]) {
    self.init(times, layers: layers())
  }

  package init(_ times: Int, layers: [any Layer]) {
    self.times = times
    self.layers = layers
  }

  public func assemble(into network: inout NetworkAssembly) throws(DescentError) {
    try network.check(self)
    if times > 1, let name = Self.name(in: layers) {
      throw DescentError(
        .invalidInput, "a layer has the name \(name.excerpt), and would have it \(times) times",
        at: network.path(of: self), advice: "leave the name out")
    }
    for time in 1...times { try network.add(layers, of: self, note: "time \(time) of \(times)") }
  }

  /// The first own name of a layer, in containers as well.
  private static func name(in layers: [any Layer]) -> String? {
    for layer in layers {
      if let name = layer.name { return name }
      if let container = layer as? any LayerContainer, let name = name(in: container.layers) {
        return name
      }
    }
    return nil
  }
}
