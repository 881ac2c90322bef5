/// The random numbers of one augmentation for one row, addressed by number: the same whoever draws them, in whatever order.
public struct AugmentationDraws: Sendable {
  /// Numbers that an augmentation may draw for a row.
  public static let count = 1 << 20

  private let random: CounterRandom
  private let first: UInt64

  /// - Parameters:
  ///   - random: the row's numbers.
  ///   - position: the augmentation's in its list.
  init(_ random: CounterRandom, position: Int) {
    self.random = random
    first = UInt64(position) &* UInt64(Self.count)
  }

  /// Uniform in [0, 1); `number` counts from 0.
  public func uniform(_ number: Int) -> Double {
    random.uniform(first &+ UInt64(truncatingIfNeeded: number) &+ 1)
  }

  /// Uniform from −limit to limit.
  public func around(_ number: Int, limit: Double) -> Double {
    limit * (2 * uniform(number) - 1)
  }

  /// A whole number from −limit to limit, each as likely.
  public func whole(_ number: Int, limit: Int) -> Int {
    Int(uniform(number) * Double(2 * limit + 1)) - limit
  }

  /// Whether the augmentation is applied to the row at all: a number of its own.
  func applies(_ probability: Double) -> Bool {
    probability >= 1 || random.uniform(first) < probability
  }
}
