/// The layers of a Keras model in the order in which rows pass them.
struct KerasTopology {
  /// A layer of the model.
  struct Layer {
    var object: KerasObject
    var name: String
    /// From 1, input layers not counted; 0 for those.
    var position: Int

    /// As errors and notes name it.
    var label: String { "layer \(position) (\(name))" }
  }

  /// What is done one after the other.
  indirect enum Step {
    case layer(Int)
    /// Several layers that are one of ours.
    case composite(KerasPattern)
    /// A block of some kind: its layers, and the one that its input goes through on the way past them.
    case block(any KerasBlock.Type, [Step], projection: Int?)
    /// Chains from one layer that come together in this one.
    case merge(Int, [[Step]])
  }

  /// All layers in Keras' order, by which its files number them.
  let layers: [Layer]
  let steps: [Step]
  /// The shape of an input row.
  let inputShape: [Int]

  /// - Parameter file: what errors name.
  /// - Throws: where the model is no chain of layers, blocks of them and ensembles.
  init(_ model: KerasObject, file: String) throws(DescentError) {
    func refused(_ problem: String, _ advice: String?) -> DescentError {
      DescentError(.invalidInput, problem, at: file, advice: advice)
    }
    guard !model.isForeign, ["Sequential", "Functional", "Model"].contains(model.className) else {
      throw refused(
        "the model is a \(model.className.excerpt)",
        "Sequential models are imported, and Functional ones that are a chain")
    }
    guard let nodes = model.config["layers"]?.listValue, !nodes.isEmpty else {
      throw refused("its config lists no layers", nil)
    }
    guard nodes.count <= NetworkAssembly.mostLayers else {
      throw refused(
        "its config lists \(nodes.count) layers; up to \(NetworkAssembly.mostLayers) are read", nil)
    }
    var layers: [Layer] = []
    var position = 0
    for node in nodes {
      guard let object = KerasObject(node) else {
        throw refused("entry \(layers.count + 1) of its layers names no class", nil)
      }
      if object.className != "InputLayer" { position += 1 }
      let name =
        object.config["name"]?.stringValue ?? node["name"]?.stringValue
        ?? KerasConfig.snakeCase(object.className)
      layers.append(
        Layer(
          object: object, name: name, position: object.className == "InputLayer" ? 0 : position))
    }
    self.layers = layers
    let input: Int
    if model.className == "Sequential" {
      steps = layers.indices.filter { layers[$0].position > 0 }.map { .layer($0) }
      input = 0
    } else {
      let graph = try KerasFunctional(layers, nodes, config: model.config, file: file)
      steps = try graph.steps()
      input = graph.input
    }
    guard !steps.isEmpty else { throw refused("it has no layers but its input", nil) }
    let shape = Self.shape(layers[input].object.config) ?? model.config["build_input_shape"]
    guard let dimensions = shape?.listValue?.dropFirst(), !dimensions.isEmpty else {
      throw refused(
        "its config does not say the shape of its input",
        "give the model an Input, or build it, before it is saved")
    }
    inputShape = dimensions.compactMap(\.integerValue)
    guard inputShape.count == dimensions.count, inputShape.allSatisfy({ $0 > 0 }) else {
      throw refused(
        "the shape of its input is \(ConfigValue.list(Array(dimensions)).json())",
        "every dimension but the first has to be a number")
    }
  }

  /// The shape that a layer's config gives its input, rows first.
  private static func shape(_ config: ConfigMap) -> ConfigValue? {
    if let shape = config.given("batch_shape") ?? config.given("batch_input_shape") {
      return shape
    }
    return config.given("shape")?.listValue.map { .list([.null] + $0) }
  }
}
