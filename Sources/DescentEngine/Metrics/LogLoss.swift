import LibC

/// The mean of −Σ t·log p, probabilities clipped to float precision as in scikit-learn; over several labels, the
/// mean of theirs. NaN of outputs that are scores or quantities, and no probabilities.
public struct LogLoss: EpochMetric, PlainComponent {
  public static let kind = "log_loss"
  public static let summary = "The mean of −log of the probability given to the truth."

  public init() {}

  public var biggerIsBetter: Bool { false }
  public func accepts(_ form: TargetForm) -> Bool { true }
  public var needsProbabilities: Bool { true }

  public func value(of epoch: EpochPredictions) -> Double {
    guard epoch.scale.givesProbabilities else { return .nan }
    let (isBinary, areLogits) = (epoch.form == .values, epoch.scale == .logits)
    var total = 0.0
    for row in 0..<epoch.count {
      let start = row * epoch.outputs
      let output = epoch.predictions[start..<start + epoch.outputs]
      if isBinary {
        for (place, score) in output.enumerated() {
          let truth = Double(epoch.values[start + place])
          let yes = areLogits ? 1 / (1 + exp(-Double(score))) : Double(score)
          total -= truth * log(Self.clipped(yes)) + (1 - truth) * log(Self.clipped(1 - yes))
        }
        continue
      }
      let largest = Double(output.max() ?? 0)
      let sum = areLogits ? output.reduce(0.0) { $0 + exp(Double($1) - largest) } : 1
      for (place, score) in output.enumerated() {
        let truth =
          epoch.form == .classes
          ? (Int(epoch.classes[row]) == place ? 1 : 0) : Double(epoch.values[start + place])
        guard truth != 0 else { continue }
        let probability = areLogits ? exp(Double(score) - largest) / sum : Double(score)
        total -= truth * log(Self.clipped(probability))
      }
    }
    return total / Double(epoch.count * (isBinary ? epoch.outputs : 1))
  }

  private static func clipped(_ probability: Double) -> Double {
    let least = Double(Float.ulpOfOne)
    return min(max(probability, least), 1 - least)
  }
}
