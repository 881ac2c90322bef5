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

  /// How often whole numbers below its size have occurred: labels, nearly always.
  private var small = [Int](repeating: 0, count: TargetKind.mostClasses)
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
      if small[index] == 0 { different += 1 }
      small[index] += 1
    } else if different <= TargetKind.mostClasses, others.insert(number).inserted {
      different += 1
    }
  }

  /// Whether the numbers are whole, from 0 or 1 on, and each that occurs makes a hundredth of all, and ten. A quantity that leaves
  /// numbers out does so where it is rare.
  var areFrequent: Bool {
    areWhole && (least == 0 || least == 1) && others.isEmpty
      && small.allSatisfy { $0 == 0 || $0 >= max(10, (count + 99) / 100) }
  }

  /// Whether the numbers are whole, and all between the least and the greatest occur.
  var areContiguous: Bool { areWhole && count > 0 && greatest - least + 1 == Double(different) }
}
