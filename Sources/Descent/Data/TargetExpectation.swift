/// What a config's cost and output layer say of its target before any row is read.
///
/// It holds for numbers alone: text is never values, whatever the cost.
struct TargetExpectation: Sendable, Equatable {
  /// Classes or values, where that is settled.
  var kind: TargetKind?
  /// The most classes that the output layer has room for, where that is settled.
  var mostClasses: Int?
  var reason: String

  /// Nil where the config leaves it to the rows.
  init?(cost: ConfigNode?, model: [ConfigNode]) {
    if let cost {
      // What is wrong with it is said where it is needed.
      guard let cost = try? Registries.costs.decode(cost), !cost.insist else { return nil }
      reason = "the cost is \(type(of: cost).kind)"
      switch cost.fit.targets {
      case .numbers: kind = .values
      case .oneOfSeveral: kind = .classes
      case .yesOrNo, .signs: return nil
      }
      return
    }
    guard let last = model.last?.value else { return nil }
    let options = last.mapValue?[Dense.kind]?.mapValue
    let activation = options?["activation"] ?? last.mapValue?[ActivationLayer.kind]
    if activation?.stringValue == Softmax.kind {
      (kind, reason) = (.classes, "the network ends with \(Softmax.kind)")
    } else if let units = options?["units"]?.integerValue
      ?? last.mapValue?[Dense.kind]?.integerValue
    {
      reason = "the network ends with \(units) \(units == 1 ? "output" : "outputs")"
      mostClasses = max(2, units)
      if units > 1 { kind = .classes }
    } else {
      return nil
    }
  }

  /// Whether numbers can be what is expected: fractions are no classes, and there may be too many.
  func allows(_ kind: TargetKind, _ numbers: TargetNumbers) -> Bool {
    kind == .values || numbers.areWhole && numbers.different <= mostClasses ?? .max
  }
}
