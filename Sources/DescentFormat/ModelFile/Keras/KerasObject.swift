/// An object of a Keras config: a class's name with its config. Nothing in it is ever run: a class is a name that a
/// table knows or does not.
struct KerasObject {
  let className: String
  let config: ConfigMap
  /// The class is a user's own, or a function given as code.
  let isForeign: Bool
  /// The axes of what a layer takes in, that of the batch included, where the file tells.
  let inputRank: Int?

  /// Nil where the value is no object with a class.
  init?(_ value: ConfigValue) {
    guard let name = value["class_name"]?.stringValue else { return nil }
    className = name
    // The oldest Sequential models have a bare list of layers.
    config =
      value["config"]?.listValue.map { ["layers": .list($0)] }
      ?? value["config"]?.mapValue ?? [:]
    let module = value["module"]?.stringValue ?? "keras"
    let isKeras = ["keras", "tf_keras", "tensorflow.keras", "builtins"].contains {
      module == $0 || module.hasPrefix($0 + ".")
    }
    let isRegistered = value["registered_name"]?.stringValue?.contains(">") ?? false
    isForeign = !isKeras || isRegistered || name == "__lambda__"
    inputRank = value["build_config"]?["input_shape"]?.listValue?.count
  }

  /// The name that a value gives: text, a class, or a function with its name as its config.
  static func name(_ value: ConfigValue) -> (name: String, config: ConfigMap)? {
    if let name = value.stringValue { return (name, [:]) }
    guard let object = KerasObject(value), !object.isForeign else { return nil }
    if object.className == "function" {
      return value["config"]?.stringValue.map { ($0, [:]) }
    }
    return (object.className, object.config)
  }
}

extension ConfigMap {
  /// A value that is there and not null.
  package func given(_ key: String) -> ConfigValue? {
    guard let value = self[key], !value.isNull else { return nil }
    return value
  }
}
