/// One rate up to each boundary and one after the last. The optimizer's own rate counts for nothing.
///
/// With boundaries of 5 the first five epochs have the first rate. Keras' `PiecewiseConstantDecay` holds a rate for the
/// step at the boundary too; so it is with `inclusive`.
public struct PiecewiseSchedule: Schedule {
  public static let kind = "piecewise"
  public static let summary =
    "Rates from a list, each up to a boundary."
  public static let keys = [
    ConfigKey(
      required: "boundaries", .list(of: .number(.above(0)), atLeast: 1),
      "The epochs until which the rates hold, in rising order."),
    ConfigKey(
      required: "rates", .list(of: .number(.above(0)), atLeast: 2),
      "The rates, one more than boundaries."),
    ConfigKey(
      "inclusive", .bool, default: false,
      "Whether the step after a boundary still has the rate before it, as in Keras."),
  ]

  public let boundaries: [Double]
  public let rates: [Double]
  /// Whether the step after a boundary still has the rate before it.
  public let inclusive: Bool

  public init(boundaries: [Double], rates: [Double], inclusive: Bool = false) {
    self.boundaries = boundaries
    self.rates = rates
    self.inclusive = inclusive
  }

  /// - Throws: where the lists do not fit together.
  public init(options: ConfigOptions) throws(DescentError) {
    boundaries = options.list("boundaries").compactMap(\.numberValue)
    rates = options.list("rates").compactMap(\.numberValue)
    inclusive = options.bool("inclusive")
    guard rates.count == boundaries.count + 1 else {
      throw options.error(
        "rates", "has \(rates.count) entries",
        advice: "it must have \(boundaries.count + 1), one more than boundaries")
    }
    guard zip(boundaries, boundaries.dropFirst()).allSatisfy(<) else {
      throw options.error("boundaries", "does not rise", advice: "put its entries in order")
    }
  }

  public var options: ConfigMap {
    [
      "boundaries": .list(boundaries.map { .number($0) }),
      "rates": .list(rates.map { .number($0) }), "inclusive": .bool(inclusive),
    ]
  }

  public func rate(step: Int, stepsPerEpoch: Int, horizon: Int, base: Double) -> Double {
    let position = Double(step)
    let passed = boundaries.count {
      let boundary = ($0 * Double(stepsPerEpoch)).rounded()
      return inclusive ? position > boundary : position >= boundary
    }
    return rates.isEmpty ? base : rates[min(passed, rates.count - 1)]
  }
}

extension Schedule where Self == PiecewiseSchedule {
  /// Rates from a list, each up to a boundary.
  public static func piecewise(boundaries: [Double], rates: [Double]) -> PiecewiseSchedule {
    PiecewiseSchedule(boundaries: boundaries, rates: rates)
  }
}
