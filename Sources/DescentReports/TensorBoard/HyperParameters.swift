/// What runs are compared by in TensorBoard's table of hyper-parameters: the config's numbers and choices, but for where
/// data and files are.
///
/// A component is a column with its kind and one for each of its options, so that runs with different optimizers
/// share the column of the learning rate. The network is one text.
package enum HyperParameters {
  /// How a session ended, as the plugin counts.
  package enum Status: Int {
    case success = 1
    case failure = 2
  }

  package static let startTag = "_hparams_/session_start_info"
  package static let endTag = "_hparams_/session_end_info"

  private static let components = ["cost", "optimizer", "schedule"]
  private static let leftOut: Set = [
    "name", "data", "model", "metrics", "checkpoint", "tensorboard",
  ]

  /// Names and values, in the config's order.
  package static func values(
    of config: ConfigMap, network: Network
  ) -> [(name: String, value: ConfigValue)] {
    let layers = network.layers.indices.map { index in
      let shape = network.shapes[index].map(String.init).joined(separator: "×")
      return type(of: network.layers[index]).kind + " " + shape
    }
    var values: [(name: String, value: ConfigValue)] = [
      ("model", .string(layers.joined(separator: " → "))),
      ("parameters", .integer(network.layout.parameterCount)),
    ]
    if let scale = config["data"]?["scale"] { values.append(("scale", scale)) }
    for (key, value) in config.entries where !leftOut.contains(key) {
      if components.contains(key), let map = value.mapValue, map.count == 1,
        let (kind, options) = map.entries.first
      {
        values.append((key, .string(kind)))
        flatten(options, as: options.mapValue == nil ? "\(key).\(kind)" : key, into: &values)
      } else {
        flatten(value, as: key, into: &values)
      }
    }
    return values
  }

  private static func flatten(
    _ value: ConfigValue, as name: String, into values: inout [(name: String, value: ConfigValue)]
  ) {
    switch value {
    case .null: break
    case .map(let map):
      for (key, value) in map.entries { flatten(value, as: "\(name).\(key)", into: &values) }
    case .list: values.append((name, .string(value.json())))
    default: values.append((name, value))
    }
  }

  /// The beginning of a session: `HParamsPluginData` with its `SessionStartInfo`.
  package static func start(
    _ values: [(name: String, value: ConfigValue)], at time: Double
  ) -> ProtobufMessage {
    var info = ProtobufMessage()
    for (name, value) in values {
      var content = ProtobufMessage()
      if let truth = value.boolValue {
        content.set(4, to: truth ? 1 : 0)
      } else if let number = value.numberValue {
        content.set(2, to: number)
      } else {
        content.set(3, to: value.stringValue ?? value.json())
      }
      var entry = ProtobufMessage()
      entry.set(1, to: name)
      entry.set(2, to: content)
      info.set(1, to: entry)
    }
    info.set(5, to: time)
    var data = ProtobufMessage()
    data.set(3, to: info)
    return data
  }

  /// The end of a session: `HParamsPluginData` with its `SessionEndInfo`.
  package static func end(_ status: Status, at time: Double) -> ProtobufMessage {
    var info = ProtobufMessage()
    info.set(1, to: status.rawValue)
    info.set(2, to: time)
    var data = ProtobufMessage()
    data.set(4, to: info)
    return data
  }
}
