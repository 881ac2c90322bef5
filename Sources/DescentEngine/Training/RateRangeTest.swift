import Foundation

/// The learning-rate range test: the rate grows exponentially from mini-batch to mini-batch, and the curve of
/// the cost over it shows which rates train and which explode (Smith 2017, "Cyclical Learning Rates").
public struct RateRangeTest: Sendable {
  /// One mini-batch of the sweep.
  public struct Point: Sendable, Equatable {
    public var rate: Double
    /// The mini-batch's cost before the step of that rate.
    public var cost: Double
    /// The bias-corrected exponential moving average of the costs so far.
    public var smoothed: Double
  }

  /// Why the sweep ended.
  public enum End: String, Sendable {
    /// The smoothed cost rose above the first by as much as the best lies below it.
    case exploded
    /// The cost became NaN or infinite.
    case diverged
    /// The largest rate was reached.
    case complete
  }

  public package(set) var points: [Point] = []
  public package(set) var end = End.complete

  package static let firstRate = 1e-8
  package static let lastRate = 100.0
  static let stepsPerDecade = 60
  /// The share of the moving average that is kept in a step.
  static let smoothing = 0.95

  /// Sweeps with a trainer of its own, which it leaves somewhere after the explosion.
  ///
  /// - Parameter trainer: one that has been prepared with `schedule`.
  package init(_ trainer: Trainer) throws(DescentError) {
    let repeats = trainer.configuration.optimizer.updates.accumulateSteps ?? 1
    var average = Average()
    var best = Double.infinity
    while points.last.map({ $0.rate < Self.lastRate }) ?? true {
      var cost = 0.0
      for _ in 0..<repeats {
        if case .diverged = try trainer.advance(until: 0) {
          end = .diverged
          return
        }
        cost += Double(trainer.history.stepCosts.last ?? .nan) / Double(repeats)
      }
      let smoothed = average.taking(cost)
      points.append(Point(rate: trainer.state.lastRate, cost: cost, smoothed: smoothed))
      let first = Self.level(points)
      best = min(best, smoothed)
      if smoothed > first + max(first - best, abs(first) / 2) {
        end = .exploded
        return
      }
    }
  }

  package init(points: [Point], end: End) {
    self.points = points
    self.end = end
  }

  /// The schedule of a sweep.
  package static func schedule(for optimizer: any Optimizer) -> RateSweep {
    let repeats = Double(optimizer.updates.accumulateSteps ?? 1)
    return RateSweep(first: firstRate, factor: pow(10, 1 / (Double(stepsPerDecade) * repeats)))
  }

  /// The rate at which the cost has come down by nine tenths of all that it comes down in the sweep: larger ones
  /// gain little there, and smaller ones are slower. Nil where the cost does not come down by more than it scatters.
  ///
  /// The average lags behind the costs by some twenty steps, a third of a decade. Here the mean of two averages
  /// is read, one taken forwards and one backwards, which does not lag.
  public var shoulder: Double? {
    guard points.count > Self.stepsPerDecade else { return nil }
    let first = Self.level(points)
    let before = points.prefix(Self.stepsPerDecade).map { ($0.cost - first) * ($0.cost - first) }
    let scatter = (before.reduce(0, +) / Double(before.count)).squareRoot()
    // What is left of it in the moving average of independent costs.
    let left = scatter * ((1 - Self.smoothing) / (1 + Self.smoothing)).squareRoot()
    let later = points.dropFirst(Self.stepsPerDecade).map(\.smoothed)
    guard let least = later.min(), first - least > max(0.01 * abs(first), 6 * left) else {
      return nil
    }
    var backwards = Average()
    let back = points.reversed().map { backwards.taking($0.cost) }.reversed()
    let curve = zip(points, back).map { ($0.smoothed + $1) / 2 }.dropFirst(Self.stepsPerDecade / 2)
    let lowest = curve.min() ?? first
    return curve.firstIndex { $0 <= first - 0.9 * (first - lowest) }.map { points[$0].rate }
  }

  /// The cost before anything is learnt: the mean over the first decade of rates, which move nothing.
  private static func level(_ points: [Point]) -> Double {
    let before = points.prefix(stepsPerDecade).map(\.cost)
    return before.reduce(0, +) / Double(before.count)
  }

  /// An exponential moving average that begins without a bias.
  private struct Average {
    private var sum = 0.0
    private var weight = 0.0

    mutating func taking(_ value: Double) -> Double {
      sum = smoothing * sum + (1 - smoothing) * value
      weight = smoothing * weight + (1 - smoothing)
      return sum / weight
    }
  }
}
