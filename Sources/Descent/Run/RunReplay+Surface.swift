extension RunReplay {
  /// Requires another run to have the same cost at the same parameters.
  /// - Throws: what is another there.
  func requireSameSurface(as other: RunReplay) throws(DescentError) {
    func different(_ what: String) -> DescentError {
      DescentError(
        .invalidInput, "its \(what) is another than that of \(other.place)", at: place,
        advice: "draw them apart: only runs of one network, cost and data have one surface")
    }
    guard network == other.network else { throw different("network") }
    guard cost == other.cost else { throw different("cost") }
    guard record.fingerprint == other.record.fingerprint else { throw different("training data") }
  }

  /// The network without what decides only where it begins.
  private var network: ConfigValue { Self.withoutBeginnings(ModelFile.describe(record.network)) }

  /// What the cost of a row is and counts.
  private var cost: ConfigValue {
    let described = ModelFile.describe(record.configuration, form: record.form).mapValue
    var cost: ConfigMap = [:]
    for key in ["cost", "target_form", "class_weights"] { cost[key] = described?[key] }
    return .map(cost)
  }

  private static func withoutBeginnings(_ value: ConfigValue) -> ConfigValue {
    switch value {
    case .map(let map):
      var rest = ConfigMap()
      for (key, value) in map.entries where !key.hasSuffix("_initializer") {
        rest[key] = withoutBeginnings(value)
      }
      return .map(rest)
    case .list(let values): return .list(values.map(withoutBeginnings))
    default: return value
    }
  }

  /// Why training again may not have gone the run's way to the bit.
  var reasonToDepart: String {
    let version = record.segments.last?.version ?? DescentVersion.current
    if record.kernels != trainer.kernels.name {
      return "it was made with the kernel set \(record.kernels), this is \(trainer.kernels.name)"
    }
    if version != DescentVersion.current {
      return "it was made by Descent \(version), this is \(DescentVersion.current)"
    }
    return "part of it may have been made with another kernel set, or another Descent"
  }
}
