extension TargetKind {
  /// The kind of a numeric target that nobody has told the kind of; see `TargetDecision`.
  public static func infer(_ numbers: [Float]) -> TargetKind {
    TargetDecision(inferredFrom: TargetNumbers(numbers.lazy.map(Double.init))).kind
  }
}

extension TargetDecision {
  /// What one column of numbers is: what was said, else what cost and output layer settle, else what a person would
  /// take it for.
  ///
  /// - Parameters:
  ///   - told: what the config or a model says.
  ///   - expected: what cost and output layer say.
  init(of numbers: TargetNumbers, told: TargetKind?, expected: TargetExpectation?) {
    if let told {
      self = .told(told)
    } else if let expected, let kind = expected.kind, expected.allows(kind, numbers) {
      self.init(kind: kind, reason: expected.reason, isGuess: false)
    } else {
      self.init(inferredFrom: numbers)
      if let expected, kind == .classes, !expected.allows(.classes, numbers) {
        self.init(kind: .values, reason: expected.reason, isGuess: false)
      }
    }
  }

  /// What a person would take numbers for of which nothing is known.
  ///
  /// Classes are two different numbers, and whole numbers that are, without a gap, all from 0 or 1 to at most
  /// `TargetKind.mostInferredClasses` of them, or with gaps as many that are all frequent. Where the file says that numbers are
  /// integers, they may be more, if each occurs twice on average, and a few small ones may have gaps. All else are values.
  init(inferredFrom numbers: TargetNumbers) {
    let (least, greatest) = (
      TargetKind.className(numbers.least), TargetKind.className(numbers.greatest)
    )
    let repeats = numbers.count >= 2 * numbers.different
    let isFew = numbers.different <= TargetKind.mostInferredClasses
    guard numbers.different > 1 else {
      self.init(
        kind: .values,
        reason: numbers.count > 0 ? "it holds nothing but \(least)" : "it holds no numbers")
      return
    }
    if numbers.different == 2, numbers.areWhole || repeats {
      self.init(kind: .classes, reason: "it holds two different numbers, \(least) and \(greatest)")
    } else if numbers.areContiguous, numbers.least == 0 || numbers.least == 1,
      isFew || numbers.areIntegers && repeats && numbers.different <= TargetKind.mostClasses
    {
      self.init(kind: .classes, reason: "it holds whole numbers from \(least) to \(greatest)")
    } else if numbers.areIntegers, isFew, repeats, max(-numbers.least, numbers.greatest) < 256 {
      self.init(
        kind: .classes,
        reason: "it holds \(numbers.different) different integers from \(least) to \(greatest)")
    } else if isFew, numbers.areFrequent {
      self.init(
        kind: .classes,
        reason:
          "it holds \(numbers.different) different whole numbers from \(least) to \(greatest), each of them often"
      )
    } else if !numbers.areWhole {
      self.init(
        kind: .values, reason: "it holds numbers from \(least) to \(greatest)", isGuess: false)
    } else {
      let many = numbers.different > TargetKind.mostClasses ? "many" : "\(numbers.different)"
      self.init(
        kind: .values,
        reason: "it holds \(many) different whole numbers from \(least) to \(greatest)")
    }
  }
}
