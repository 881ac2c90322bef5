/// Which networks a run trains side by side and averages: `ensemble` and `folds` of a config.
///
/// There are as many members as both come to: with folds, so many for each of them. Every member is a run of its own, whose
/// config follows from that of all; the first one has the run's seed.
public struct EnsemblePlan: Sendable, Equatable {
  /// The most that `ensemble` and `folds` may each ask for.
  public static let mostMembers = 100

  /// Networks for each fold, or in all where there are none.
  public let networks: Int
  /// Parts of the training rows, each of which validates; nil where all members have the same validation rows.
  public let folds: Int?
  /// The column whose equal values stay in one part.
  public let column: String?

  /// How many networks are trained.
  public var memberCount: Int { networks * (folds ?? 1) }

  /// - Returns: nil where the config asks for one network.
  /// - Throws: where folds and something else say which rows validate.
  init?(_ options: ConfigOptions, _ data: DataConfig) throws(DescentError) {
    networks = options.optionalInteger("ensemble") ?? 1
    let part = options.optionalPart("folds")
    folds = options.optionalInteger("folds") ?? part?.integer("count")
    column = part?.optionalString("by")
    guard networks > 1 || folds != nil else { return nil }
    if folds != nil, data.validation != nil {
      throw options.error(
        "folds", "says which rows validate, and so does data.validation",
        advice: "leave one of them out")
    }
  }
}

extension EnsemblePlan {
  /// The config of a member's run, made of that of all.
  func member(_ number: Int, of config: ConfigNode) throws(DescentError) -> ConfigNode {
    try config.member(number, of: self)
  }
}

extension ConfigNode {
  /// The config of the first member's run where there are several; else this one.
  func firstMember() throws(DescentError) -> ConfigNode {
    guard let plan = try RunConfig(self).ensemble else { return self }
    return try member(0, of: plan)
  }

  /// The config of a member's run, made of that of all.
  func member(_ number: Int, of plan: EnsemblePlan) throws(DescentError) -> ConfigNode {
    var node = self
    if case .map(let entries) = content {
      node.content = .map(entries.filter { !["ensemble", "folds", "tune"].contains($0.key) })
    }
    func set(_ key: String, _ value: ConfigValue) throws(DescentError) {
      node = try node.setting(key, to: value, flag: plan.folds == nil ? "ensemble" : "folds")
    }
    let seed = value.mapValue?["seed"]?.integerValue ?? 0
    if number > 0 { try set("seed", .integer(Int(Trial.seed(number, of: UInt64(seed))))) }
    if value["data"]?["split_seed"] == nil { try set("data.split_seed", .integer(seed)) }
    if let folds = plan.folds {
      var validation: ConfigMap = ["fold": .integer(number % folds + 1), "of": .integer(folds)]
      validation["by"] = plan.column.map { .string($0) }
      try set("data.validation", .map(validation))
    }
    return node
  }
}

extension ConfigMap {
  /// The config of all members, made of that of the first as its run has completed it and of what was given.
  func ofAll(_ given: ConfigMap) -> ConfigMap {
    var all = self
    for key in ["ensemble", "folds", "tune", "seed"] { all[key] = given[key] }
    if var data = self["data"]?.mapValue {
      for key in ["validation", "split_seed"] { data[key] = given["data"]?.mapValue?[key] }
      all["data"] = .map(data)
    }
    return all.ordered(like: RunConfig.keys)
  }
}
