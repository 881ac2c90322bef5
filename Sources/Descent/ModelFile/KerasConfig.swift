/// Keras' JSON attributes `model_config` and `training_config`.
enum KerasConfig {
  /// The version of Keras whose layout is written.
  static let version = "3.15.1"

  /// A `Sequential` model: an input layer and a layer for each of ours; a `Functional` one where there are
  /// residual blocks or embedded columns.
  static func model(_ network: Network, name: String) -> ConfigValue {
    let batchShape: [ConfigValue] = [.null] + network.inputShape.map { .integer($0) }
    let input: ConfigValue = [
      "class_name": "InputLayer",
      "config": ["batch_shape": .list(batchShape), "dtype": "float32", "name": "input"],
    ]
    guard !network.skips.isEmpty || network.columnEmbedding != nil else {
      let layers = network.layers.indices.map { index in
        describe(network.layers[index].keras, name: network.layerNames[index])
      }
      return [
        "class_name": "Sequential",
        "config": ["name": .string(name), "layers": .list([input] + layers)],
      ]
    }
    return KerasGraph(network).model(name: name, input: input)
  }

  static func describe(_ keras: KerasLayer, name: String) -> ConfigValue {
    var config: ConfigMap = ["name": .string(name)]
    for (key, value) in keras.config.entries { config[key] = value }
    return ["class_name": .string(keras.className), "config": .map(config)]
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

  /// A layer of Keras' that has variables.
  struct VariableHolder {
    /// Its group in `.weights.h5`: the class in snake case, with a number from the second of a class on.
    var group: String
    var name: String
    /// Which of our parameters its variables are.
    var entries: [ParameterLayout.Entry]
    /// The variables after those that are no parameters.
    var constants: [(name: String, value: Int32)]
  }

  /// Keras' layers that have variables, in its order.
  static func variableHolders(_ network: Network) -> [VariableHolder] {
    var counts: [String: Int] = [:]
    func group(_ className: String) -> String {
      let name = snakeCase(className)
      let number = counts[name, default: 0]
      counts[name] = number + 1
      return number == 0 ? name : "\(name)_\(number)"
    }
    var holders: [VariableHolder] = []
    for (index, layer) in network.layers.enumerated() {
      let entries = network.layout.entries(of: index)
      if let layer = layer as? ColumnEmbedding {
        for (column, entry) in zip(layer.columns, entries) {
          holders.append(
            VariableHolder(
              group: group(KerasGraph.embeddingClass),
              name: KerasGraph.embeddingName(column, in: network.layerNames[index]),
              entries: [entry], constants: []))
        }
        continue
      }
      let own = group(layer.keras.className)
      guard !entries.isEmpty || !layer.keras.constants.isEmpty else { continue }
      holders.append(
        VariableHolder(
          group: own, name: network.layerNames[index], entries: entries,
          constants: layer.keras.constants))
    }
    return holders
  }

  /// Keras' `to_snake_case`: `_` before a capital that begins a word of small letters, then between a small letter
  /// and a capital. BatchNormalization → batch_normalization, Conv2D → conv2d, PReLU → p_re_lu.
  static func snakeCase(_ className: String) -> String {
    className.replacing(/(.)([A-Z][a-z]+)/) { "\($0.1)_\($0.2)" }
      .replacing(/([a-z])([A-Z])/) { "\($0.1)_\($0.2)" }.lowercased()
  }
}
