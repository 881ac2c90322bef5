/// Targets of rows that are mixed of two.
///
/// The cost of a mixed row is meant to be share · w · ℓ of its own target plus (1 − share) · w′ · ℓ of the other one's, where w and
/// w′ are their weights. For a cost that is linear in its target, such as a cross-entropy, that is the cost of the targets' mean
/// by the weights share · w and (1 − share) · w′, times their sum; for a squared error the two differ by a constant.
extension BatchSource {
  /// Mixes the target and the weight of a batch's row, which have been gathered, with another row's.
  ///
  /// - Parameters:
  ///   - own: the row's number in the data, and `other` that of the one it is mixed with.
  ///   - share: the row's own.
  func mix(_ row: Int, of targets: BatchTargets, own: Int, with other: Int, share: Float) {
    guard let values = targets.values else { return }
    let weight = mix(values.row(row), own: own, with: other, share: share)
    if let destination = targets.weights, isWeighted { destination[row] = weight }
  }

  /// Mixes a target with another row's.
  /// - Returns: the weight of the mixture.
  func mix(
    _ target: UnsafeMutableBufferPointer<Float>, own: Int, with other: Int, share: Float
  ) -> Float {
    var (mine, theirs, weight): (Float, Float, Float) = (share, 1 - share, 1)
    if isWeighted {
      weight = mine * weights[own] + theirs * weights[other]
      // A mixture of rows that do not count has any target.
      if weight > 0 {
        mine = mine * weights[own] / weight
        theirs = theirs * weights[other] / weight
      }
    }
    for output in 0..<outputs {
      let value: Float =
        if isOneHot {
          Int(classes[other]) == output ? 1 : 0
        } else {
          values[sharesTarget ? other : other * outputs + output]
        }
      target[output] = mine * target[output] + theirs * value
    }
    return weight
  }
}
