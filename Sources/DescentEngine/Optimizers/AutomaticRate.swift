/// `learning_rate: auto`: a range test finds the rate before training.
extension ConfigOptions {
  static let automaticRate = "auto"

  /// The rate of an optimizer.
  /// - Throws: where it is still `auto`: whoever begins a run puts a number in its place before.
  package func learningRate() throws(DescentError) -> Double {
    guard let rate = optionalNumber("learning_rate") else {
      throw error(
        "learning_rate", "is auto, which is found before training and not here",
        advice: "give a number; descent find-rate finds one")
    }
    return rate
  }
}

extension ConfigNode {
  /// Whether this optimizer's rate is to be found.
  package var asksForRate: Bool {
    rateOwner?.node["learning_rate"]?.value == .string(ConfigOptions.automaticRate)
  }

  /// This optimizer with another rate; with its default one where nil.
  package func settingRate(_ rate: Double?) -> ConfigNode {
    guard var owner = rateOwner else {
      // A bare name.
      guard let name = value.stringValue, let rate else { return self }
      return ConfigNode([name: ["learning_rate": .number(rate)]], at: place, path: path)
    }
    let path = ConfigNode.path(owner.node.path, "learning_rate")
    var entries: [Entry] = []
    if case .map(let given) = owner.node.content {
      entries = given.filter { $0.key != "learning_rate" }
    }
    if let rate {
      entries.append(
        Entry(
          key: "learning_rate", place: owner.place,
          node: ConfigNode(.number(rate), at: owner.place, path: path)))
    }
    owner.node.content = .map(entries)
    return ConfigNode(.map([owner]), at: place, path: self.path)
  }

  private var rateOwner: Entry? {
    guard case .map(let entries) = content, entries.count == 1 else { return nil }
    return entries[0]
  }
}
