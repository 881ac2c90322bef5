/// Keras' JSON attributes `model_config` and `training_config`.
enum KerasConfig {
  /// The version of Keras whose layout is written.
  static let version = "3.15.1"

  /// A `Sequential` model: an input layer and a layer for each of ours; a `Functional` one where there are
  /// residual blocks.
  static func model(_ network: Network, name: String) -> ConfigValue {
    let batchShape: [ConfigValue] = [.null] + network.inputShape.map { .integer($0) }
    var layers: [ConfigValue] = [
      [
        "class_name": "InputLayer",
        "config": ["batch_shape": .list(batchShape), "dtype": "float32", "name": "input"],
      ]
    ]
    let names = layerNames(network)
    for (index, layer) in network.layers.enumerated() where !(layer is ResidualFork) {
      layers.append(describe(layer, name: names[index]))
    }
    guard !network.skips.isEmpty else {
      return [
        "class_name": "Sequential",
        "config": ["name": .string(name), "layers": .list(layers)],
      ]
    }
    return functional(network, name: name, layers: layers)
  }

  private static func describe(_ layer: any Layer, name: String) -> ConfigValue {
    let keras = layer.keras
    var config: ConfigMap = ["name": .string(name)]
    for (key, value) in keras.config.entries { config[key] = value }
    return ["class_name": .string(keras.className), "config": .map(config)]
  }

  /// A `Functional` model: the same layers, each with the layers whose outputs it takes in.
  private static func functional(
    _ network: Network, name: String, layers: [ConfigValue]
  ) -> ConfigValue {
    /// The layer of Keras' whose output is that of layer `index`: a fork passes its input on.
    func origin(_ index: Int) -> Int {
      index >= 0 && network.layers[index] is ResidualFork
        ? origin(network.sources[index]) : index
    }
    let layerNames = layerNames(network)
    func layerName(_ index: Int) -> ConfigValue {
      index < 0 ? "input" : .string(layerNames[index])
    }
    func tensor(_ index: Int) -> ConfigValue {
      let shape = index < 0 ? network.inputShape : network.shapes[index]
      return [
        "class_name": "__keras_tensor__",
        "config": [
          "shape": .list([.null] + shape.map { .integer($0) }), "dtype": "float32",
          "keras_history": [layerName(index), 0, 0],
        ],
      ]
    }
    var nodes: [ConfigValue] = [[]]
    var names: [ConfigValue] = ["input"]
    for index in network.layers.indices where !(network.layers[index] is ResidualFork) {
      let input = tensor(origin(network.sources[index]))
      let arguments: ConfigValue =
        if let skip = network.skips[index] { [[input, tensor(origin(skip))]] } else { [input] }
      nodes.append([["args": arguments, "kwargs": [:]]])
      names.append(layerName(index))
    }
    let connected = layers.indices.map { index -> ConfigValue in
      var map = layers[index].mapValue ?? [:]
      map["name"] = names[index]
      map["inbound_nodes"] = nodes[index]
      return .map(map)
    }
    return [
      "class_name": "Functional",
      "config": [
        "name": .string(name), "trainable": true, "layers": .list(connected),
        "input_layers": [["input", 0, 0]],
        "output_layers": [[layerName(network.layers.count - 1), 0, 0]],
      ],
    ]
  }

  static func training(_ checkpoint: Checkpoint) -> ConfigValue {
    let configuration = checkpoint.configuration
    let optimizer = configuration.optimizer.keras
    return [
      "loss": configuration.cost.kerasLoss(checkpoint.form),
      "loss_weights": .null,
      "metrics": .list(
        configuration.metrics.compactMap { metric in
          metric.kerasName(checkpoint.form).map { .string($0) }
        }),
      "weighted_metrics": .null,
      "optimizer_config": [
        "class_name": .string(optimizer.className), "config": .map(optimizer.config),
      ],
    ]
  }

  /// The whole of a `.keras` file's config: the model with the modules of its classes, and what it was trained with.
  static func archived(_ model: ConfigValue, training: ConfigValue?) -> ConfigValue {
    func object(_ value: ConfigValue, module: String) -> ConfigValue {
      guard var map = value.mapValue else { return value }
      map["module"] = .string(module)
      map["registered_name"] = .null
      return .map(map)
    }
    var config = model["config"]?.mapValue ?? [:]
    config["layers"] = .list(
      (config["layers"]?.listValue ?? []).map { object($0, module: "keras.layers") })
    let isFunctional = model["class_name"]?.stringValue == "Functional"
    var map: ConfigMap = [
      "module": isFunctional ? "keras.src.models.functional" : "keras",
      "class_name": model["class_name"] ?? "Sequential", "config": .map(config),
      "registered_name": isFunctional ? "Functional" : .null,
    ]
    if let training {
      map["compile_config"] = [
        "optimizer": object(training["optimizer_config"] ?? .null, module: "keras.optimizers"),
        "loss": object(training["loss"] ?? .null, module: "keras.losses"),
        "loss_weights": .null, "metrics": training["metrics"] ?? [], "weighted_metrics": .null,
        "run_eagerly": false, "steps_per_execution": 1, "jit_compile": "auto",
      ]
    }
    return .map(map)
  }

  /// What of a network Keras cannot hold, a sentence each: Keras then refuses the file. Empty where it opens it.
  static func obstacles(_ network: Network) -> [String] {
    network.layers.indices.compactMap { index in
      let layer = network.layers[index]
      let activation = (layer as? Dense)?.activation ?? (layer as? ActivationLayer)?.function
      guard (activation as? GELU)?.approximate == true else { return nil }
      return
        "\(network.layerNames[index]) has the activation gelu with approximate: true, for which Keras' "
        + "configs have no name"
    }
  }

  /// The layers' names as Keras takes them, which are names of groups too: without `/`, and none that Keras uses
  /// itself.
  static func layerNames(_ network: Network) -> [String] {
    var taken: Set = ["input", "top_level_model_weights", ".", ".."]
    return network.layerNames.map { layer in
      var name = layer.replacing("/", with: "_")
      while !taken.insert(name).inserted { name += "_" }
      return name
    }
  }

  /// The group names of layers in `.weights.h5`: the class in snake case, with a number from the second of
  /// a class on.
  static func groupNames(_ network: Network) -> [String] {
    groupNames(classes: network.layers.map(\.keras.className))
  }

  /// The group names of layers of these classes.
  static func groupNames(classes: [String]) -> [String] {
    var counts: [String: Int] = [:]
    return classes.map { className in
      let name = snakeCase(className)
      let number = counts[name, default: 0]
      counts[name] = number + 1
      return number == 0 ? name : "\(name)_\(number)"
    }
  }

  /// Keras' `to_snake_case`: `_` before a capital that begins a word of small letters, then between a small letter
  /// and a capital. BatchNormalization → batch_normalization, Conv2D → conv2d, PReLU → p_re_lu.
  static func snakeCase(_ className: String) -> String {
    className.replacing(/(.)([A-Z][a-z]+)/) { "\($0.1)_\($0.2)" }
      .replacing(/([a-z])([A-Z])/) { "\($0.1)_\($0.2)" }.lowercased()
  }
}
