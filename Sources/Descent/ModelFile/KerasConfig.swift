/// Keras' JSON attributes `model_config` and `training_config`.
enum KerasConfig {
  /// The version of Keras whose layout is written.
  static let version = "3.15.1"

  /// A `Sequential` model: an input layer and a layer for each of ours.
  static func model(_ network: Network, name: String) -> ConfigValue {
    let batchShape: [ConfigValue] = [.null] + network.inputShape.map { .integer($0) }
    var layers: [ConfigValue] = [
      [
        "class_name": "InputLayer",
        "config": ["batch_shape": .list(batchShape), "dtype": "float32", "name": "input"],
      ]
    ]
    for (index, layer) in network.layers.enumerated() {
      let keras = layer.keras
      var config: ConfigMap = ["name": .string(network.layerNames[index])]
      for (key, value) in keras.config.entries { config[key] = value }
      layers.append(["class_name": .string(keras.className), "config": .map(config)])
    }
    return [
      "class_name": "Sequential",
      "config": ["name": .string(name), "layers": .list(layers)],
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

  /// The group names of layers in `.weights.h5`: the class in snake case, with a number from the second of
  /// a class on.
  static func groupNames(_ network: Network) -> [String] {
    var counts: [String: Int] = [:]
    return network.layers.map { layer in
      let name = snakeCase(layer.keras.className)
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
