/// A layer that Keras has, under whatever name.
///
/// One that does not conform is saved all the same, under a class that Keras does not know.
public protocol KerasConvertible: Layer {
  /// The layer in Keras' terms, for the file.
  var keras: KerasLayer { get }
}

extension Layer {
  /// The layer in Keras' terms, or in terms of its own where Keras has none.
  var kerasForm: KerasLayer {
    if let layer = self as? any KerasConvertible { return layer.keras }
    var config = options
    config["name"] = nil
    return KerasLayer(Self.kind.split(separator: "_").map(\.capitalized).joined(), config)
  }
}

/// A layer that Keras' are read as.
protocol KerasReadable: KerasConvertible {
  /// The classes that become this layer.
  static var kerasClasses: [String] { get }

  /// Takes from a layer of such a class what this one has too.
  /// - Throws: what it cannot do without and does not have.
  static func read(_ layer: inout KerasLayerSource) throws(DescentError)
}

/// A layer that is no single layer of Keras'.
protocol KerasComposite: Layer {
  /// Adds the layers that do the same to a graph; what puts out the result has the name.
  func add(to graph: inout KerasGraph, name: String, _ x: KerasGraph.Output) -> KerasGraph.Output

  /// Those of them that have variables, in Keras' order.
  func variableHolders(name: String, _ entries: [ParameterLayout.Entry])
    -> [KerasConfig.VariableHolder]
}

/// A layer of which Keras has nothing: it passes on what it gets.
protocol KerasTransparent: KerasComposite {}

extension KerasTransparent {
  func add(to graph: inout KerasGraph, name: String, _ x: KerasGraph.Output) -> KerasGraph.Output {
    x
  }

  func variableHolders(name: String, _ entries: [ParameterLayout.Entry])
    -> [KerasConfig.VariableHolder]
  { [] }
}

/// The layer that stands for several of Keras', whose output comes together with their input at the end.
protocol KerasBlock: KerasConvertible {
  /// The class of the layer that takes in both.
  static var kerasJoin: String { get }

  /// Whether the input may go through a projection on its way past the layers.
  static var takesProjection: Bool { get }

  init(layers: [any Layer], projection: Bool)

  /// The shape of what comes of what the layers put out and what went past; nil where those do not fit.
  static func outputShape(of layers: [Int], past: [Int]) -> [Int]?

  /// Whether a layer is what leads inputs of one shape past the layers to outputs of another.
  static func isProjection(_ layer: any Layer, from input: [Int], to output: [Int]) -> Bool
}

/// The layer that stands for several chains of Keras' layers from the model's input, whose outputs a layer of one of these
/// classes makes one of.
protocol KerasMerge: Layer {
  static var kerasClasses: [String] { get }

  init(members: [[any Layer]])
}

/// A layer that several chains' outputs come together in, together with others of its kind: in Keras they are one layer, the
/// last of them, which takes in all.
protocol KerasMeeting: Layer {
  /// Whether it is that last one.
  var isLast: Bool { get }
}

extension KerasBlock {
  static var takesProjection: Bool { true }
}

/// An activation that Keras has under another name than ours, or with more to it.
protocol KerasReadableActivation: Activation {
  /// A function or class of Keras' as a config of ours; nil where it is none of this activation.
  /// - Throws: where it is one, and does what ours cannot.
  static func read(
    kerasClass name: String, _ config: ConfigMap, _ parts: KerasParts
  ) throws(DescentError) -> ConfigValue?
}
