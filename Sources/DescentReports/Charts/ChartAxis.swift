import Foundation

/// An axis of a chart: its name, and how its limits follow from what is drawn.
public struct ChartAxis: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    case linear, logarithmic
    /// Logarithmic where all values are above 0 and the largest is at least ten times the least.
    case automatic
  }

  public var title: String
  public var kind: Kind
  /// Limits; nil: from the least to the largest value, with a little room.
  public var limits: ClosedRange<Double>?
  /// Whether only whole numbers have a meaning, as of epochs.
  public var isWhole: Bool
  /// Whether there is room beyond the least and the largest value.
  public var isPadded: Bool

  public init(
    _ title: String, kind: Kind = .linear, limits: ClosedRange<Double>? = nil,
    isWhole: Bool = false, isPadded: Bool = true
  ) {
    self.title = title
    self.kind = kind
    self.limits = limits
    self.isWhole = isWhole
    self.isPadded = isPadded
  }

  /// The scale for values of an extent. There is one for any values, for a single one and none, too.
  public func scale(for extent: ChartExtent) -> ChartScale {
    let (least, largest) = (
      limits?.lowerBound ?? extent.least, limits?.upperBound ?? extent.largest
    )
    guard let least, let largest else { return ChartScale(.linear, from: 0, to: 1) }
    if let floor = limits?.lowerBound ?? extent.leastPositive, floor > 0, largest > floor,
      kind == .logarithmic || kind == .automatic && least > 0 && largest >= 10 * least
    {
      let room = isPadded && limits == nil ? pow(largest / floor, 0.04) : 1
      let (bottom, top) = (max(floor / room, Self.nearest), min(largest * room, Self.farthest))
      // Beyond both ends the logarithms are all alike.
      if top > 2 * bottom || top > bottom && limits != nil {
        return ChartScale(.logarithmic, from: bottom, to: top)
      }
    }
    let (low, high) = (Self.clamped(least), Self.clamped(largest))
    // Values that are all alike, or but for rounding, stand in the middle.
    let size = max(abs(low), abs(high))
    guard high - low > 1e-7 * size else {
      let room = size == 0 ? 1 : 0.1 * size
      return ChartScale(
        .linear, from: low >= 0 ? max(0, low - room) : low - room, to: high + room)
    }
    let room = isPadded && limits == nil ? 0.05 * (high - low) : 0
    // What is never negative does not begin below 0.
    return ChartScale(.linear, from: low >= 0 ? max(0, low - room) : low - room, to: high + room)
  }

  private static let farthest = 1e300
  private static let nearest = 1e-300

  /// A value whose distance to any other is a number, and no difference of which is too small for one.
  private static func clamped(_ value: Double) -> Double {
    abs(value) < nearest ? 0 : min(max(value, -farthest), farthest)
  }
}

/// The least and the largest of the finite values seen.
public struct ChartExtent: Sendable, Equatable {
  public private(set) var least: Double?
  public private(set) var largest: Double?
  public private(set) var leastPositive: Double?

  public init() {}

  public mutating func add(_ value: Double) {
    guard value.isFinite else { return }
    if least.map({ value < $0 }) ?? true { least = value }
    if largest.map({ value > $0 }) ?? true { largest = value }
    if value > 0, leastPositive.map({ value < $0 }) ?? true { leastPositive = value }
  }
}
