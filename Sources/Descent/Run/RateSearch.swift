import Foundation
import Kernels

/// Finds a learning rate for a config: what `descent find-rate` and `learning_rate: auto` do.
///
/// A range test shows which rates train at all and where they begin to train fast. How low a run ends, though,
/// depends on more than its first steps, so the rates around that one are tried: each trains from the same weights
/// for a short while, rate held, and the lowest validation cost (or cost, without validation) judges it, where few rows
/// validate the mean over several such trials (`RateTrials`). The search climbs by half decades, then looks a quarter to
/// both sides. How good a rate is says the mean of its cost and its neighbours', with weights ¼, ½, ¼: costs scatter from
/// rate to rate, and of rates that come out alike the one with good neighbours is the safer. Everything follows from
/// config, data and kernel set: the same rate comes out every time, on any number of threads.
public struct RateSearch: Sendable {
  /// One rate that was tried.
  public struct Trial: Sendable, Equatable {
    public var rate: Double
    /// The lowest cost it came to, or the mean of several trials; infinite where one diverged.
    public var cost: Double
  }

  /// What a search tells while it goes on.
  public enum Event: Sendable {
    case swept(RateRangeTest)
    case tried(Trial)
  }

  public let test: RateRangeTest
  /// In ascending order of the rates.
  public let trials: [Trial]
  /// The steps of each.
  public let trialSteps: Int
  /// How often each rate was tried.
  public let repeats: Int
  /// Whether trials were judged by the validation rows.
  public let usesValidation: Bool
  /// The optimizer's name in configs.
  public let optimizer: String
  /// The rate to use, of two significant digits.
  public let rate: Double

  /// Costs below this share of the untrained network's are all the same: nothing is left to learn.
  static let nothing = 0.001
  /// The share of the untrained network's cost that the best trial has to take off it.
  static let leastGain = 0.01

  /// Searches for a run that a config describes.
  ///
  /// - Throws: whatever is wrong with the config, the data or their fit; `invalidInput` where no rate makes the
  ///   cost fall.
  public static func run(
    config: ConfigNode, threads: Int?, kernels: KernelSet = .best,
    report: (Event) -> Void = { _ in }
  ) throws(DescentError) -> RateSearch {
    let setup = try RunSetup(config: config, threads: threads, kernels: kernels)
    return try RateSearch(setup, report: report)
  }

  /// Searches from the weights that a run begins with, which do not move.
  init(_ setup: RunSetup, report: (Event) -> Void) throws(DescentError) {
    var configuration = setup.trainer.configuration
    configuration.metrics = []
    configuration.earlyStopping = nil
    optimizer = type(of: configuration.optimizer).kind
    guard !(configuration.optimizer is any FullBatchOptimizer) else {
      throw DescentError(
        .invalidInput, "\(optimizer) finds its steps itself, by a line search",
        at: "optimizer.\(optimizer).learning_rate", advice: "leave the rate at its default, 1")
    }
    configuration.schedule = RateRangeTest.schedule(for: configuration.optimizer)
    let sweep = try setup.trainer.trial(configuration)
    try sweep.prepare(on: setup.data.training)
    test = RateRangeTest(sweep)
    report(.swept(test))
    // Where the sweep shows nothing the search begins at the optimizer's own default. It is so for FTRL, whose
    // memory is in units of its rate, so that weights grow with the rate, whatever they learn.
    var (middle, largest) = (configuration.optimizer.learningRate, RateRangeTest.lastRate)
    if let shoulder = test.shoulder {
      (middle, largest) = (shoulder, test.points.last?.rate ?? largest)
    } else {
      let node = setup.config.optimizer.settingRate(nil)
      middle = try Registries.optimizers.decode(node).learningRate
    }
    configuration.schedule = ConstantSchedule()
    let rateTrials = RateTrials(setup, configuration, stepsPerEpoch: sweep.batchesPerEpoch)
    trialSteps = rateTrials.steps
    repeats = rateTrials.repeatCount
    let untrained = try rateTrials.untrainedCost()
    usesValidation = setup.data.validation != nil
    var tried: [Int: Double] = [:]
    func cost(_ quarter: Int) throws(DescentError) -> Double {
      if let cost = tried[quarter] { return cost }
      let rate = Self.rate(quarter)
      guard rate <= largest, rate >= RateRangeTest.firstRate / 10 else { return .infinity }
      let cost = try rateTrials.cost(rate)
      tried[quarter] = cost
      report(.tried(Trial(rate: rate, cost: cost)))
      return cost
    }
    /// A cost as it is compared with others.
    func level(_ quarter: Int) throws(DescentError) -> Double {
      let (cost, nothing) = (try cost(quarter), Self.nothing * untrained)
      return cost >= 0 && cost < nothing ? nothing : cost
    }
    var best = 2 * Int((2 * log10(middle)).rounded())
    while try cost(best).isInfinite, Self.rate(best) > RateRangeTest.firstRate { best -= 2 }
    for direction in [2, -2] {
      while try level(best + direction) < level(best) { best += direction }
    }
    // Of equal ones the smallest; where a neighbour of each diverges, the middle one.
    var (chosen, least) = (best, Double.infinity)
    for quarter in [best - 1, best, best + 1] {
      let mean = try level(quarter - 1) / 4 + level(quarter) / 2 + level(quarter + 1) / 4
      if mean < least { (chosen, least) = (quarter, mean) }
    }
    trials = tried.sorted { $0.key < $1.key }.map { Trial(rate: Self.rate($0.key), cost: $0.value) }
    let lowest = try cost(chosen)
    rate = Self.rate(chosen)
    guard lowest < untrained - Self.leastGain * abs(untrained) else {
      throw DescentError(
        .invalidInput,
        "no learning rate makes the cost fall: untrained it is \(untrained), and "
          + "\(lowest) at best after \(trialSteps) steps",
        at: "optimizer.\(optimizer).learning_rate",
        advice: "see that the inputs are scaled and the targets belong to them, or give a number")
    }
  }

  /// Ten to the power of so many quarters, in two significant digits: 1, 1.8, 3.2, 5.6, 10.
  private static func rate(_ quarter: Int) -> Double {
    let (decade, part) = (Int((Double(quarter) / 4).rounded(.down)), ((quarter % 4) + 4) % 4)
    return Double("\([1.0, 1.8, 3.2, 5.6][part])e\(decade)") ?? pow(10, Double(quarter) / 4)
  }
}
