/// Values that reach the first layer of weights are large: its sums, and its gradient, are out of proportion.
enum UnscaledInputs: DiagnosisRule {
  private static let largest = 20.0

  static func finding(in evidence: RunEvidence) -> Finding? {
    guard let input = evidence.largestInput, input.rootMeanSquare > largest else { return nil }
    return Finding(
      .unscaledInputs, "inputs are not scaled",
      evidence: "the values of \(input.name) are of the size \(input.rootMeanSquare.inWords) "
        + "(root mean square) where they reach the first layer of weights",
      advice: "set data.scale: standard, or unit for bytes")
  }
}
