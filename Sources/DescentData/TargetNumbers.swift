/// Which numbers occur in a target: as much of it as says whether they name classes or are quantities.
struct TargetNumbers {
  /// The numbers taken.
  private(set) var count = 0
  private(set) var least = Double.infinity
  private(set) var greatest = -Double.infinity
  /// Whether all are whole; NaN and infinity are not.
  private(set) var areWhole = true
  /// How many different ones there are, counted no further than one more than there can be classes.
  private(set) var different = 0
  /// Whether the file says that they are integers.
  var areIntegers: Bool

  /// Whole numbers below its size that have occurred: labels, nearly always.
  private var small = [Bool](repeating: false, count: TargetKind.mostClasses)
  private var others: Set<Double> = []

  init(_ numbers: some Sequence<Double>, areIntegers: Bool = false) {
    self.areIntegers = areIntegers
    for number in numbers { take(number) }
  }

  mutating func take(_ number: Double) {
    count += 1
    if number < least { least = number }
    if number > greatest { greatest = number }
    if number != number.rounded(.towardZero) || !number.isFinite { areWhole = false }
    if number >= 0, number < Double(small.count), number == number.rounded(.towardZero) {
      let index = Int(number)
      if !small[index] {
        small[index] = true
        different += 1
      }
    } else if different <= TargetKind.mostClasses, others.insert(number).inserted {
      different += 1
    }
  }

  /// Whether the numbers are whole, and all between the least and the greatest occur.
  var areContiguous: Bool {
    areWhole && count > 0 && greatest - least + 1 == Double(different)
  }
}
