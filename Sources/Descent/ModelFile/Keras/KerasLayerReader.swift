/// Makes Keras' layers into Descent's: a table of classes. What it makes are configs, whose values the registries
/// check like those that a user writes.
struct KerasLayerReader {
  /// The classes that become layers of Descent's.
  static let classes = [
    "Activation", "ActivityRegularization", "Add (in residual blocks)", "AlphaDropout",
    "BatchNormalization", "Dense",
    "Dropout", "ELU", "Embedding", "Flatten", "GaussianDropout", "GaussianNoise", "Identity",
    "LayerNormalization", "LeakyReLU", "Normalization", "PReLU", "ReLU", "Rescaling", "Reshape",
    "Softmax",
  ]

  let file: String
  /// The version of Keras that wrote the file, where it says so.
  let version: String?
  /// What is not taken over.
  private(set) var notes: [String] = []

  init(file: String, version: String?) {
    self.file = file
    self.version = version
  }

  /// - Throws: `invalidInput` for what Descent does not have; the layer and its position are named.
  mutating func plan(_ layer: KerasTopology.Layer) throws(DescentError) -> KerasLayerPlan {
    let config = layer.object.config
    let parts = KerasParts(file: file, label: layer.label, version: version)
    func refused(_ problem: String, _ advice: String? = nil) -> DescentError {
      parts.refused(problem, advice)
    }
    guard !layer.object.isForeign, layer.object.className != "Lambda" else {
      throw refused(
        "is a \(layer.object.className) of the model's own",
        "no code from a file is run; \(Self.supported)")
    }
    let axis = config.given("axis")
    let isAlongLast = axis.map { [-1, 1, [-1], [1]].contains($0) } ?? true
    var options: ConfigMap = ["name": .string(layer.name)]
    func take(_ keys: String...) {
      for key in keys { options[key] = config.given(key) }
    }
    var plan: KerasLayerPlan
    switch layer.object.className {
    case "Dense":
      take("units", "use_bias", "trainable")
      options["activation"] = try parts.activation(config["activation"])
      for key in ["kernel_initializer", "bias_initializer"] {
        options[key] = parts.initializer(config[key])
      }
      for key in ["kernel_regularizer", "bias_regularizer"] {
        options[key] = note(parts.regularizer(config[key]), key, of: layer)
      }
      options["kernel_constraint"] = note(
        parts.constraint(config["kernel_constraint"]), "kernel_constraint", of: layer)
      leaveOut(["bias_constraint"], of: layer)
      guard config.given("lora_rank") == nil, config.given("quantization_config") == nil else {
        throw refused("is quantized or has LoRA weights", "save the model without them")
      }
      let hasBias = config["use_bias"]?.boolValue ?? true
      plan = KerasLayerPlan(
        Dense.kind, options,
        variables: [.parameter("kernel")] + (hasBias ? [.parameter("bias")] : []))
    case "Activation":
      options["function"] = try parts.activation(config["activation"])
      plan = KerasLayerPlan(ActivationLayer.kind, options)
    case "ReLU", "LeakyReLU", "ELU", "Softmax":
      options["function"] = try parts.activation(
        ["class_name": .string(layer.object.className), "config": .map(config)])
      plan = KerasLayerPlan(ActivationLayer.kind, options)
    case "ActivityRegularization":
      take("l1", "l2")
      plan = KerasLayerPlan(ActivityRegularization.kind, options)
    case "Identity":
      options["function"] = .string(Linear.kind)
      plan = KerasLayerPlan(ActivationLayer.kind, options)
    case "PReLU":
      guard config.given("shared_axes") == nil else {
        throw refused("shares its slopes along an axis", "only a slope for each input is read")
      }
      take("trainable")
      options["alpha_initializer"] = parts.initializer(config["alpha_initializer"])
      leaveOut(["alpha_regularizer", "alpha_constraint"], of: layer)
      plan = KerasLayerPlan(PReLU.kind, options, variables: [.parameter("alpha")])
    case "Dropout", "GaussianDropout", "AlphaDropout":
      guard config.given("noise_shape") == nil else {
        throw refused("drops whole axes (noise_shape)", "only single elements are dropped")
      }
      take("rate")
      plan = KerasLayerPlan(KerasConfig.snakeCase(layer.object.className), options)
    case "GaussianNoise":
      take("stddev")
      plan = KerasLayerPlan(GaussianNoise.kind, options)
    case "Flatten":
      guard config["data_format"]?.stringValue != "channels_first" else {
        throw refused("puts channels first", "save the model with channels last")
      }
      plan = KerasLayerPlan(Flatten.kind, options)
    case "Reshape":
      take("target_shape")
      plan = KerasLayerPlan(Reshape.kind, options)
    case "Rescaling":
      take("scale", "offset")
      plan = KerasLayerPlan(Rescaling.kind, options)
    case "Embedding":
      take("input_dim", "output_dim", "trainable")
      options["embeddings_initializer"] = parts.initializer(config["embeddings_initializer"])
      leaveOut(["embeddings_regularizer", "embeddings_constraint"], of: layer)
      if config["mask_zero"]?.boolValue == true {
        notes.append("\(layer.label): the mask of zeros is left out")
      }
      plan = KerasLayerPlan(Embedding.kind, options, variables: [.parameter("embeddings")])
    case "BatchNormalization", "LayerNormalization":
      guard isAlongLast else { throw refused("normalises along axis \(axis?.json() ?? "")") }
      guard config["renorm"]?.boolValue != true, config["rms_scaling"]?.boolValue != true else {
        throw refused("uses renorm or rms_scaling")
      }
      take("epsilon", "trainable", "momentum")
      leaveOut(
        ["beta_regularizer", "gamma_regularizer", "beta_constraint", "gamma_constraint"],
        of: layer)
      var variables: [KerasLayerPlan.Variable] = []
      for (key, name) in [("scale", "gamma"), ("center", "beta")] {
        if config[key]?.boolValue ?? true {
          variables.append(.parameter(name))
        } else {
          notes.append(
            "\(layer.label): \(key) is off; predictions are the same, but training from here on "
              + "trains its \(name) too")
        }
      }
      let isBatch = layer.object.className == "BatchNormalization"
      if isBatch {
        variables += [.parameter("moving_mean"), .parameter("moving_variance")]
      } else {
        options["momentum"] = nil
      }
      plan = KerasLayerPlan(
        isBatch ? BatchNormalization.kind : LayerNormalization.kind, options, variables: variables)
    case "Normalization":
      take("invert")
      plan = KerasLayerPlan(Normalization.kind, options)
      if let mean = config.given("mean"), let variance = config.given("variance") {
        plan.constants = [
          "mean": try parts.numbers(mean, "mean"),
          "variance": try parts.numbers(variance, "variance"),
        ]
      } else if axis == nil, config["axis"] != nil {
        plan.variables = [.scalar("mean"), .scalar("variance"), .ignored("count")]
      } else {
        guard isAlongLast else { throw refused("normalises along axis \(axis?.json() ?? "")") }
        plan.variables = [.parameter("mean"), .parameter("variance"), .ignored("count")]
      }
    default:
      throw refused("is of the class \(layer.object.className.excerpt)", Self.supported)
    }
    // Every layer of Keras' takes one; it penalises what the layer puts out.
    plan.activityRegularizer = note(
      parts.regularizer(config["activity_regularizer"]), "activity_regularizer", of: layer)
    return plan
  }

  private static let supported = "supported are \(classes.joined(last: "and"))"

  /// Notes that a part of a kind that Descent does not have is left out.
  private mutating func note(
    _ part: KerasParts.Part, _ key: String, of layer: KerasTopology.Layer
  ) -> ConfigValue? {
    switch part {
    case .none: return nil
    case .known(let value): return value
    case .unknown(let name):
      notes.append("\(layer.label): the \(key) \(name) is left out")
      return nil
    }
  }

  /// Notes what a layer has and Descent's has not. Penalties of 0 are nothing.
  private mutating func leaveOut(_ keys: [String], of layer: KerasTopology.Layer) {
    for key in keys where layer.object.config.given(key) != nil {
      notes.append("\(layer.label): its \(key) is left out")
    }
  }
}
