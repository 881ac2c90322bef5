import Foundation

/// What a search varies: parameters, each with the values it may take and the keys of the config that it sets.
///
/// A config says so itself (`tune`), or the parameters are those that usually matter: the learning rate, the batch size, the
/// decay of weights, dropout, and the width and number of hidden dense layers.
public struct TuningSpace: Sendable, Equatable {
  /// The values of a parameter.
  public enum Values: Sendable, Equatable {
    case choices([ConfigValue])
    /// Any number between two, drawn evenly, or evenly in its logarithm.
    case range(ClosedRange<Double>, isLogarithmic: Bool, isWhole: Bool)
  }

  /// What is varied.
  public struct Parameter: Sendable, Equatable {
    public var name: String
    public var values: Values
    /// The keys that are set to it; empty where it changes the list of layers.
    var paths: [String]
  }

  public private(set) var parameters: [Parameter]

  /// A place in the space: a value for each parameter, as the config has it where nothing is said.
  public typealias Point = [ConfigValue]

  /// - Parameter config: with every default written out.
  /// - Throws: where the config names keys or values that there are not.
  init(_ config: RunConfig) throws(DescentError) {
    let own = try Self.given(config)
    parameters = own.isEmpty ? Self.usual(config.resolved) : own
    guard !parameters.isEmpty else {
      throw DescentError(
        .invalidInput, "there is nothing in the config that is usually varied", at: "tune",
        advice:
          "say what to vary, such as tune: { optimizer.adam.learning_rate: { from: 0.0001, to: 0.01, scale: log } }"
      )
    }
  }

  // MARK: - What is varied

  private static func given(_ config: RunConfig) throws(DescentError) -> [Parameter] {
    guard case .map(let map)? = config.resolved["tune"] else { return [] }
    var parameters: [Parameter] = []
    for (path, value) in map.entries {
      let place = "tune.\(path)"
      if let list = value.listValue {
        guard list.count > 1 else {
          throw DescentError(
            .invalidInput, "there are \(list.count) values", at: place,
            advice: "give two values at least")
        }
        parameters.append(Parameter(name: path, values: .choices(list), paths: [path]))
        continue
      }
      guard let from = value["from"]?.numberValue, let to = value["to"]?.numberValue, from < to
      else {
        throw DescentError(
          .invalidInput, "it is no range", at: place,
          advice: "give a list of values, or from below to (and scale: log)")
      }
      let isLogarithmic = value["scale"]?.stringValue == "log"
      guard from > 0 || !isLogarithmic else {
        throw DescentError(
          .invalidInput, "a logarithmic range begins at \(from)", at: place,
          advice: "begin above 0")
      }
      let isWhole = [value["from"], value["to"]].allSatisfy { $0?.integerValue != nil }
      parameters.append(
        Parameter(
          name: path,
          values: .range(from...to, isLogarithmic: isLogarithmic, isWhole: isWhole), paths: [path]))
    }
    return parameters
  }

  private static func usual(_ config: ConfigMap) -> [Parameter] {
    var parameters: [Parameter] = []
    if let (kind, options) = config["optimizer"]?.mapValue?.entries.first,
      let own = options.mapValue
    {
      if let rate = own["learning_rate"]?.numberValue, rate > 0 {
        parameters.append(
          Parameter(
            name: "learning rate",
            values: .range(rate / 5...rate * 10, isLogarithmic: true, isWhole: false),
            paths: ["optimizer.\(kind).learning_rate"]))
      }
      if own.keys.contains("weight_decay") {
        parameters.append(
          Parameter(
            name: "weight decay", values: .choices([0, 0.01, 0.05, 0.1, 0.3].map { .number($0) }),
            paths: ["optimizer.\(kind).weight_decay"]))
      }
    }
    if let batch = config["batch_size"]?.integerValue {
      parameters.append(
        Parameter(
          name: "batch size",
          values: .choices([max(1, batch / 2), batch, batch * 2, batch * 4].map { .integer($0) }),
          paths: ["batch_size"]))
    }
    let layers = config["model"]?.listValue ?? []
    let dropouts = layers.indices.filter { layers[$0]["dropout"] != nil }
    if !dropouts.isEmpty {
      parameters.append(
        Parameter(
          name: "dropout", values: .choices([0, 0.1, 0.2, 0.3, 0.5].map { .number($0) }),
          paths: dropouts.map { "model.\($0).dropout.rate" }))
    }
    let hidden = layers.indices.dropLast().filter { layers[$0]["dense"] != nil }
    if let first = hidden.first, let units = layers[first]["dense"]?["units"]?.integerValue {
      parameters.append(
        Parameter(
          name: "width",
          values: .choices([max(1, units / 2), units, units * 2, units * 4].map { .integer($0) }),
          paths: hidden.map { "model.\($0).dense.units" }))
      if hiddenBlock(of: layers) != nil {
        parameters.append(
          Parameter(name: depth, values: .choices([1, 2, 3].map { .integer($0) }), paths: []))
      }
    }
    if config["data"]?["numbers"] != nil, config["data"]?["scale"]?.stringValue == "standard" {
      parameters.append(
        Parameter(
          name: "numbers", values: .choices(DataConfig.Numbers.kinds.map { .string($0) }),
          paths: ["data.numbers"]))
    }
    return parameters
  }

  private static let depth = "hidden layers"

  /// The layers of the last hidden block, a dense layer and what follows it, where the list is made of such blocks and an
  /// output; nil otherwise.
  private static func hiddenBlock(of layers: [ConfigValue]) -> Range<Int>? {
    let followers: Set = ["dropout", "batch_normalization", "activation", "layer_normalization"]
    let output = layers.count - 1
    guard output > 0, layers[0]["dense"] != nil, layers[output]["dense"] != nil else { return nil }
    for layer in layers[1..<output] {
      let kind = layer.mapValue?.keys.first ?? layer.stringValue ?? ""
      guard kind == "dense" || followers.contains(kind) else { return nil }
    }
    let start = layers[..<output].lastIndex { $0["dense"] != nil } ?? 0
    return start..<output
  }

  // MARK: - Places

  /// Place `number`: the first is the config itself, the others are drawn at random.
  ///
  /// - Returns: nil for the first.
  public func point(_ number: Int, seed: UInt64) -> Point? {
    guard number > 0 else { return nil }
    let random = CounterRandom(seed: seed, purpose: .tuning, step: number)
    return parameters.enumerated().map { index, parameter in
      let share = Double(random.bits(UInt64(index)) >> 11) * 0x1p-53
      switch parameter.values {
      case .choices(let values):
        return values[min(Int(share * Double(values.count)), values.count - 1)]
      case .range(let range, let isLogarithmic, let isWhole):
        let value =
          isLogarithmic
          ? exp(log(range.lowerBound) + share * log(range.upperBound / range.lowerBound))
          : range.lowerBound + share * (range.upperBound - range.lowerBound)
        if isWhole { return .integer(Int(value.rounded())) }
        // Three digits say all that matters of it, and can be read.
        return .number(Double(String(format: "%.3g", value)) ?? value)
      }
    }
  }

  /// The config at a place.
  /// - Throws: where a key is not there, or takes no such value.
  func apply(_ point: Point, to config: ConfigNode) throws(DescentError) -> ConfigNode {
    var node = config
    for (parameter, value) in zip(parameters, point) {
      for path in parameter.paths {
        node = try node.setting(path, to: value, flag: "tune.\(parameter.name)")
      }
    }
    // Last of all, because the places of layers change.
    if let index = parameters.firstIndex(where: { $0.name == Self.depth && $0.paths.isEmpty }),
      let count = point[index].integerValue, var layers = node.value["model"]?.listValue
    {
      while let block = Self.hiddenBlock(of: layers) {
        let blocks = layers.dropLast().filter { $0["dense"] != nil }.count
        if blocks == count { break }
        if blocks < count {
          layers.insert(contentsOf: Array(layers[block]), at: block.upperBound)
        } else {
          layers.removeSubrange(block)
        }
      }
      node = try node.setting("model", to: .list(layers), flag: "tune.\(Self.depth)")
    }
    return node
  }
}
