/// Keras' JSON attributes `model_config` and `training_config`.
enum KerasConfig {
  /// The version of Keras whose layout is written.
  static let version = "3.15.1"

  /// A `Sequential` model: an input layer and a layer for each of ours; a `Functional` one where one of ours is no single
  /// layer there.
  static func model(_ network: Network, name: String) -> ConfigValue {
    // Keras takes no slashes in names.
    let name = name.replacing("/", with: "_")
    let batchShape: [ConfigValue] = [.null] + network.inputShape.map { .integer($0) }
    let input: ConfigValue = [
      "class_name": "InputLayer",
      "config": ["batch_shape": .list(batchShape), "dtype": "float32", "name": "input"],
    ]
    let isChain =
      network.bypasses.isEmpty
      && network.layers.allSatisfy { $0 is any KerasTransparent || !($0 is any KerasComposite) }
    guard !isChain else {
      let layers = zip(network.layers, layerNames(network)).compactMap { layer, name in
        layer is any KerasTransparent ? nil : describe(layer.kerasForm, name: name)
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

  /// The layers' names as Keras takes them, which are names of groups too: without `/`, and none that Keras uses
  /// itself. Those of Keras' layers that one of ours becomes begin with its name, and none of them is another layer's.
  static func layerNames(_ network: Network) -> [String] {
    var taken: Set = ["input", "top_level_model_weights", ".", ".."]
    var names = network.layerNames.map { layer in
      var name = layer.replacing("/", with: "_")
      while !taken.insert(name).inserted { name += "_" }
      return name
    }
    for (index, layer) in network.layers.enumerated() {
      guard let layer = layer as? any KerasComposite else { continue }
      var name = names[index]
      func parts() -> [String] {
        KerasGraph.names(of: layer, name: name, input: network.inputShape(of: index))
          .filter { $0 != name }
      }
      var own = parts()
      while own.contains(where: taken.contains) || name != names[index] && taken.contains(name) {
        name += "_"
        own = parts()
      }
      names[index] = name
      taken.formUnion(own + [name])
    }
    return names
  }

  /// The group names of layers of these classes in `.weights.h5`: the class in snake case, with a number from the
  /// second of a class on.
  static func groupNames(classes: [String]) -> [String] {
    var counts: [String: Int] = [:]
    return classes.map { className in
      let name = snakeCase(className)
      let number = counts[name, default: 0]
      counts[name] = number + 1
      return number == 0 ? name : "\(name)_\(number)"
    }
  }

  /// A layer of Keras' that has variables.
  struct VariableHolder {
    var className: String
    /// Its group in `.weights.h5`.
    var group = ""
    var name: String
    /// Which of our parameters its variables are.
    var entries: [ParameterLayout.Entry]
    /// The variables after those that are no parameters.
    var constants: [(name: String, value: Int32)] = []
  }

  /// Keras' layers that have variables, in its order.
  static func variableHolders(_ network: Network) -> [VariableHolder] {
    let names = layerNames(network)
    var holders: [VariableHolder] = []
    for (index, layer) in network.layers.enumerated() {
      let entries = network.layout.entries(of: index)
      if let layer = layer as? any KerasComposite {
        holders += layer.variableHolders(name: names[index], entries)
        continue
      }
      let keras = layer.kerasForm
      holders.append(
        VariableHolder(
          className: keras.className, name: names[index], entries: entries,
          constants: keras.constants))
    }
    if network.layers.contains(where: { $0 is any KerasMeeting }) {
      let places = Dictionary(
        uniqueKeysWithValues: KerasGraph(network).names.enumerated().map { ($1, $0) })
      holders.sort { places[$0.name, default: 0] < places[$1.name, default: 0] }
    }
    for (index, group) in groupNames(classes: holders.map(\.className)).enumerated() {
      holders[index].group = group
    }
    return holders.filter { !$0.entries.isEmpty || !$0.constants.isEmpty }
  }

  /// The trained parameters in the order of Keras' layers, in which its optimizer has its variables.
  static func trainedEntries(_ network: Network) -> [ParameterLayout.Entry] {
    let entries =
      network.layers.contains { $0 is any KerasMeeting }
      ? variableHolders(network).flatMap(\.entries) : network.layout.entries
    return entries.filter(\.specification.isTrainable)
  }

  /// Keras' `to_snake_case`: `_` before a capital that begins a word of small letters, then between a small letter
  /// and a capital. BatchNormalization → batch_normalization, Conv2D → conv2d, PReLU → p_re_lu.
  static func snakeCase(_ className: String) -> String {
    // Not by regular expressions, which took a tenth of the time of reading a small file.
    let letters = Array(className.utf8)
    func isSmall(_ index: Int) -> Bool {
      letters.indices.contains(index)
        && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letters[index])
    }
    var name: [UInt8] = []
    for (index, letter) in letters.enumerated() {
      let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(letter)
      if index > 0, isCapital, isSmall(index - 1) || isSmall(index + 1) {
        name.append(UInt8(ascii: "_"))
      }
      name.append(letter)
    }
    return String(decoding: name, as: UTF8.self).lowercased()
  }
}
