/// A layer of a Keras model, while a layer of Descent's takes from it what it has too.
///
/// What comes of it are configs, whose values the registries check like those that a user writes.
struct KerasLayerSource {
  let className: String
  /// The kind of layer that it becomes, where that is not the one by which its class is read.
  var kind: String?
  /// The layer as the file has it.
  let object: ConfigValue
  /// What layers have that are not the layer's own: activations, initializers, regularizers, constraints.
  let parts: KerasParts
  /// The options of our layer.
  var options: ConfigMap
  /// Keras' variables in its order.
  var variables: [KerasLayerPlan.Variable] = []
  /// Parameters whose values are in the config.
  var constants: [String: [Float]] = [:]
  /// What is not taken over.
  private(set) var notes: [String] = []
  private let config: ConfigMap
  /// The axes of what the layer takes in, that of the batch included, where the file tells.
  private let rank: Int?

  init(_ layer: KerasTopology.Layer, _ parts: KerasParts) {
    className = layer.object.className
    config = layer.object.config
    rank = layer.object.inputRank
    object = ["class_name": .string(className), "config": .map(config)]
    self.parts = parts
    options = ["name": .string(layer.name)]
  }

  func refused(_ problem: String, _ advice: String? = nil) -> DescentError {
    parts.refused(problem, advice)
  }

  // MARK: - What Keras' layer has

  /// A value that is there and not null.
  func given(_ key: String) -> ConfigValue? { config.given(key) }
  /// Whether a key is there, be it null.
  func has(_ key: String) -> Bool { config[key] != nil }
  func flag(_ key: String) -> Bool? { config[key]?.boolValue }

  /// - Throws: where the layer works along another axis than the last.
  func requireLastAxis() throws(DescentError) {
    guard let axis = given("axis") else { return }
    let numbers = axis.listValue ?? [axis]
    // Older files do not tell how many axes there are; of rows the last is 1, of feature maps 3.
    let last = rank.map { [$0 - 1] } ?? [1, 3]
    guard numbers.count == 1, let number = numbers[0].integerValue,
      number == -1 || last.contains(number)
    else { throw refused("normalises along axis \(axis.json())") }
  }

  /// - Throws: where the layer has other numbers for the channels of feature maps than one for each, or of rows than one for each
  ///   input.
  func requireSharedAxes() throws(DescentError) {
    let value = given("shared_axes")
    let shared = (value?.listValue ?? value.map { [$0] } ?? []).compactMap(\.integerValue)
    // Older files do not tell how many axes there are; that of the batch is not counted among the shared.
    let axes = rank.map { $0 - 2 } ?? shared.count
    guard shared == Array(1..<max(1, axes + 1)) else {
      throw refused(
        shared.isEmpty
          ? "has a slope for each element of a map"
          : "shares its slopes along axes \(value?.json() ?? "")",
        "one is read for each input of rows, or for each channel of maps: shared_axes [1, 2]")
    }
  }

  /// - Throws: where the layer takes maps whose channels stand before their axes.
  func requireChannelsLast() throws(DescentError) {
    guard given("data_format")?.stringValue != "channels_first" else {
      throw refused("puts channels first", "save the model with channels last")
    }
  }

  // MARK: - What is taken

  /// Takes options that both have, where they are given.
  mutating func take(_ keys: String...) {
    for key in keys { options[key] = given(key) }
  }

  mutating func takeActivation(as option: String = "activation") throws(DescentError) {
    try takeActivation(config["activation"], as: option)
  }

  mutating func takeActivation(_ value: ConfigValue?, as option: String) throws(DescentError) {
    options[option] = try parts.activation(value)
  }

  mutating func takeInitializers(_ keys: String...) {
    for key in keys { options[key] = parts.initializer(config[key]) }
  }

  mutating func takeRegularizers(_ keys: String...) {
    for key in keys { options[key] = known(parts.regularizer(config[key]), key) }
  }

  /// - Parameter axes: the first axes of a kernel, along which a unit's incoming weights lie.
  mutating func takeConstraints(_ keys: String..., axes: Int = 1) {
    for key in keys { options[key] = known(parts.constraint(config[key], axes: axes), key) }
  }

  /// The rate of a layer that drops single elements.
  mutating func takeRate() throws(DescentError) {
    guard given("noise_shape") == nil else {
      throw refused(
        "drops along whole axes (noise_shape)",
        "single elements are dropped, or with (None, 1, …) whole rows by a Dropout")
    }
    take("rate")
  }

  /// What layers that normalise have in common, with γ and β, which Keras' may lack.
  mutating func takeNormalization() throws(DescentError) {
    try requireLastAxis()
    guard flag("renorm") != true, flag("rms_scaling") != true else {
      throw refused("uses renorm or rms_scaling")
    }
    take("epsilon", "trainable")
    leaveOut("beta_regularizer", "gamma_regularizer", "beta_constraint", "gamma_constraint")
    for (key, name) in [("scale", "gamma"), ("center", "beta")] {
      if flag(key) ?? true {
        variables.append(.parameter(name))
      } else {
        note(
          "\(key) is off; predictions are the same, but training from here on trains its \(name) too"
        )
      }
    }
  }

  // MARK: - What is left

  mutating func note(_ what: String) { notes.append("\(parts.label): \(what)") }

  /// Notes what Keras' layer has and ours has not. Penalties of 0 are nothing.
  mutating func leaveOut(_ keys: String...) {
    for key in keys where given(key) != nil { note("its \(key) is left out") }
  }

  /// Notes that a part of a kind that Descent does not have is left out.
  private mutating func known(_ part: KerasParts.Part, _ key: String) -> ConfigValue? {
    switch part {
    case .none: return nil
    case .known(let value): return value
    case .unknown(let name):
      note("the \(key) \(name) is left out")
      return nil
    }
  }

  /// The layer of ours, of a kind unless another has been found. Every layer of Keras' takes a penalty of what it puts out.
  mutating func plan(_ kind: String) -> KerasLayerPlan {
    let penalty = known(
      parts.regularizer(config["activity_regularizer"]), "activity_regularizer")
    return KerasLayerPlan(
      component: [self.kind ?? kind: .map(options)], variables: variables, constants: constants,
      activityRegularizer: penalty)
  }
}
