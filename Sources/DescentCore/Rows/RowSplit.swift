/// Rows divided into those to train on and those to validate with, both in the order of the data.
package struct RowSplit {
  package let training: [Int]
  package let validation: [Int]

  /// Of fewer rows none is set aside where nobody says so: what so few validate with says nothing.
  package static let fewestRows = 5

  private init(validates: [Bool]) {
    training = validates.indices.filter { !validates[$0] }
    validation = validates.indices.filter { validates[$0] }
  }

  private static func check(_ fraction: Double) throws(DescentError) {
    guard fraction > 0, fraction < 1 else {
      throw DescentError(
        .invalidInput, "a validation fraction of \(fraction) is not between 0 and 1",
        advice: "0.1 to 0.3 is usual")
    }
  }

  /// Rows drawn at random, classes stratified: see `Dataset.split(validationFraction:seed:)`.
  package init(_ dataset: Dataset, fraction: Double, seed: UInt64) throws(DescentError) {
    try Self.check(fraction)
    let count = dataset.count
    let stratum: [Int32]
    let strata: Int
    if case .classes(let classes, let names)? = dataset.targets {
      (stratum, strata) = (classes, names.count)
    } else {
      (stratum, strata) = ([Int32](repeating: 0, count: count), 1)
    }
    var sizes = [Int](repeating: 0, count: strata)
    for index in stratum { sizes[Int(index)] += 1 }
    var quota = Dataset.quotas(sizes: sizes, fraction: fraction)
    guard quota.contains(where: { $0 > 0 }) else {
      if strata > 1, count > 1 {
        throw DescentError(
          .invalidInput, "each of the \(count) rows has a class of its own, which cannot be learnt",
          at: "data.target",
          advice: "name a target whose classes repeat, or one of numbers (data.target_kind: values)"
        )
      }
      throw DescentError(
        .invalidInput, "\(count) rows cannot be divided for training and validation",
        advice: "give at least two rows, and two of some class")
    }

    let order = CounterRandom(seed: seed, purpose: .split).permutation(count: count)
    var validates = [Bool](repeating: false, count: count)
    for row in order where quota[Int(stratum[Int(row)])] > 0 {
      quota[Int(stratum[Int(row)])] -= 1
      validates[Int(row)] = true
    }
    self.init(validates: validates)
  }

  /// One of several folds validates: parts of the rows that differ by a row at most, drawn at random, each with its share of
  /// every class.
  ///
  /// - Parameters:
  ///   - fold: the part, from 0.
  ///   - count: how many parts there are.
  /// - Throws: `.invalidInput` where there are fewer rows than parts, or only one part.
  package init(
    _ dataset: Dataset, fold: Int, of count: Int, seed: UInt64
  ) throws(DescentError) {
    try Self.check(fold, of: count, dataset.count, "row", advice: "ask for fewer folds")
    var order = CounterRandom(seed: seed, purpose: .split).permutation(count: dataset.count)
    if case .classes(let classes, let names)? = dataset.targets {
      // Class after class, and within one at random: dealt out one by one, every part gets its share.
      var byClass: [[UInt32]] = Array(repeating: [], count: names.count)
      for row in order { byClass[Int(classes[Int(row)])].append(row) }
      order = byClass.flatMap { $0 }
    }
    var validates = [Bool](repeating: false, count: dataset.count)
    for place in stride(from: fold, to: order.count, by: count) {
      validates[Int(order[place])] = true
    }
    self.init(validates: validates)
  }

  /// The same with whole groups, the largest first, each to the part that has the fewest rows.
  ///
  /// - Parameter groups: each row's group, from 0.
  package init(
    groups: [Int32], fold: Int, of count: Int, seed: UInt64
  ) throws(DescentError) {
    var sizes = [Int](repeating: 0, count: Int(groups.max() ?? 0) + 1)
    for group in groups { sizes[Int(group)] += 1 }
    let occurring = sizes.indices.filter { sizes[$0] > 0 }
    try Self.check(
      fold, of: count, occurring.count, "group",
      advice: "ask for fewer folds, or name a column with more values")
    let order = CounterRandom(seed: seed, purpose: .split).permutation(count: occurring.count)
      .enumerated().map { (place: $0, group: occurring[Int($1)]) }
      .sorted { (-sizes[$0.group], $0.place) < (-sizes[$1.group], $1.place) }
    var parts = [Int](repeating: 0, count: count)
    var chosen = [Bool](repeating: false, count: sizes.count)
    for (_, group) in order {
      let part = parts.indices.min { (parts[$0], $0) < (parts[$1], $1) } ?? 0
      parts[part] += sizes[group]
      chosen[group] = part == fold
    }
    self.init(validates: groups.map { chosen[Int($0)] })
  }

  private static func check(
    _ fold: Int, of count: Int, _ found: Int, _ what: String, advice: String
  ) throws(DescentError) {
    guard count >= 2, (0..<count).contains(fold) else {
      throw DescentError(
        .invalidInput, "there is no fold \(fold + 1) of \(count)",
        advice: "there are 2 folds at least, numbered from 1")
    }
    guard found >= count else {
      throw DescentError(
        .invalidInput,
        "\(Figures.plural(found, what)) cannot be divided into \(count) folds", advice: advice)
    }
  }

  /// The last rows validate: those after a point in time.
  ///
  /// - Parameter order: the rows' numbers in the order of time.
  /// - Throws: `.invalidInput` if the fraction is not between 0 and 1, or there are fewer than two rows.
  package init(order: [Int], last fraction: Double) throws(DescentError) {
    try Self.check(fraction)
    let count = order.count
    guard count >= 2 else {
      throw DescentError(
        .invalidInput, "\(count) rows cannot be divided for training and validation",
        advice: "give at least two rows")
    }
    let size = min(max(1, Int((Double(count) * fraction).rounded())), count - 1)
    var validates = [Bool](repeating: false, count: count)
    for row in order.suffix(size) { validates[row] = true }
    self.init(validates: validates)
  }

  /// Whole groups validate, drawn at random until they hold the fraction of the rows.
  ///
  /// - Parameter groups: each row's group, from 0.
  /// - Throws: `.invalidInput` if the fraction is not between 0 and 1, or there are fewer than two groups.
  package init(groups: [Int32], fraction: Double, seed: UInt64) throws(DescentError) {
    try Self.check(fraction)
    var sizes = [Int](repeating: 0, count: Int(groups.max() ?? 0) + 1)
    for group in groups { sizes[Int(group)] += 1 }
    let occurring = sizes.indices.filter { sizes[$0] > 0 }
    guard occurring.count >= 2 else {
      throw DescentError(
        .invalidInput, "all rows are of one group, which cannot be divided",
        at: "data.validation.by", advice: "name a column with several values")
    }
    let wanted = Double(groups.count) * fraction
    var chosen = [Bool](repeating: false, count: sizes.count)
    var rows = 0
    let order = CounterRandom(seed: seed, purpose: .split).permutation(count: occurring.count)
    for (taken, draw) in order.enumerated() {
      guard taken < occurring.count - 1, taken == 0 || Double(rows) < wanted else { break }
      let group = occurring[Int(draw)]
      chosen[group] = true
      rows += sizes[group]
    }
    self.init(validates: groups.map { chosen[Int($0)] })
  }
}
