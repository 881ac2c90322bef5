/// One rate up to each boundary and one after the last. The optimizer's own rate counts for nothing.
///
/// With boundaries of 5 the first five epochs have the first rate. Keras' `PiecewiseConstantDecay` holds a rate for the
/// step at the boundary too; so it is with `inclusive`.
public struct PiecewiseSchedule: Schedule, TabledComponent {
  public static let kind = "piecewise"
  public static let summary = "Rates from a list, each up to a boundary."
  public static let table = ConfigTable(
    PiecewiseSchedule(boundaries: [], rates: []),
    .required(
      "boundaries", .list(of: .number(.above(0)), atLeast: 1), \.boundaries,
      "The epochs until which the rates hold, in rising order."),
    .required(
      "rates", .list(of: .number(.above(0)), atLeast: 2), \.rates,
      "The rates, one more than boundaries."),
    .option(
      "inclusive", .bool, \.inclusive,
      "Whether the step after a boundary still has the rate before it, as in Keras."),
    check: { schedule, options throws(DescentError) in
      let (boundaries, rates) = (schedule.boundaries, schedule.rates)
      guard rates.count == boundaries.count + 1 else {
        throw options.error(
          "rates", "has \(rates.count) entries",
          advice: "it must have \(boundaries.count + 1), one more than boundaries")
      }
      guard zip(boundaries, boundaries.dropFirst()).allSatisfy(<) else {
        throw options.error("boundaries", "does not rise", advice: "put its entries in order")
      }
    })

  public private(set) var boundaries: [Double]
  public private(set) var rates: [Double]
  /// Whether the step after a boundary still has the rate before it.
  public private(set) var inclusive: Bool

  public init(boundaries: [Double], rates: [Double], inclusive: Bool = false) {
    self.boundaries = boundaries
    self.rates = rates
    self.inclusive = inclusive
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
