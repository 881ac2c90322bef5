extension TargetExpectation {
  /// What a config's cost and layers say; nil where they leave it to the rows.
  init?(cost: ConfigNode?, model: [ConfigNode]) {
    if let cost {
      // What is wrong with it is said where it is needed.
      guard let cost = try? Registries.costs.decode(cost), !cost.insist else { return nil }
      let reason = "the cost is \(type(of: cost).kind)"
      switch cost.fit.targets {
      case .numbers: self.init(kind: .values, reason: reason)
      case .oneOfSeveral: self.init(kind: .classes, reason: reason)
      case .yesOrNo, .signs: return nil
      }
      return
    }
    guard let last = model.last?.value else { return nil }
    let options = last.mapValue?[Dense.kind]?.mapValue
    let activation = options?["activation"] ?? last.mapValue?[ActivationLayer.kind]
    if activation?.stringValue == Softmax.kind {
      self.init(kind: .classes, reason: "the network ends with \(Softmax.kind)")
    } else if let units = options?["units"]?.integerValue
      ?? last.mapValue?[Dense.kind]?.integerValue
    {
      self.init(
        kind: units > 1 ? .classes : nil, mostClasses: max(2, units),
        reason: "the network ends with \(units) \(units == 1 ? "output" : "outputs")")
    } else {
      return nil
    }
  }
}
