/// How much the rows of each class count in training: their costs, and so their gradients, are multiplied by it.
///
/// The batch's cost stays divided by its number of rows, as in Keras. Validation and evaluation use no class
/// weights.
public enum ClassWeights: Sendable, Equatable {
  /// Such that all classes count alike: rows / (classes that occur × rows of the class).
  case balanced
  /// By the class's name; 1 for those that are not named.
  case named([String: Double])
  /// One for each class, in the order of the classes.
  case numbers([Float])

  /// One number for each class of a data set's targets.
  /// - Throws: where targets are no classes, a name is none of theirs, or a weight is negative or not finite.
  package func resolved(for targets: Dataset.Targets?) throws(DescentError) -> ClassWeights {
    guard case .classes(let indices, let names)? = targets else {
      throw DescentError(
        .invalidInput, "the targets are numbers and no classes", at: "class_weights",
        advice: "leave it out, or give rows weights of their own with data.sample_weight")
    }
    let weights: [Float]
    switch self {
    case .balanced:
      var counts = [Int](repeating: 0, count: names.count)
      for index in indices { counts[Int(index)] += 1 }
      let classes = counts.count { $0 > 0 }
      weights = counts.map {
        $0 == 0 ? 1 : Float(Double(indices.count) / (Double(classes) * Double($0)))
      }
    case .named(let map):
      if let unknown = map.keys.sorted().first(where: { !names.contains($0) }) {
        throw DescentError(
          .invalidInput, "there is no class \(unknown.excerpt)", at: "class_weights",
          advice: names.nearest(to: unknown).map { "did you mean \($0)?" }
            ?? "the classes are \(names.prefix(20).joined(separator: ", "))")
      }
      weights = names.map { Float(map[$0] ?? 1) }
    case .numbers(let numbers):
      guard numbers.count == names.count else {
        throw DescentError(
          .invalidInput, "there are \(numbers.count) weights for \(names.count) classes",
          at: "class_weights", advice: "give one for each class")
      }
      weights = numbers
    }
    if let index = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw DescentError(
        .invalidInput, "the weight of class \(names[index]) is \(weights[index])",
        at: "class_weights", advice: "weights are finite and at least 0")
    }
    return .numbers(weights)
  }
}
