/// What every optimizer can do around its own formula: decay of weights, clipping of gradients, averaging of
/// weights, gradients accumulated over several batches. Each is off by default.
///
/// The order is Keras': the mean gradient of cost and penalty; accumulation; clipping; w ← w − w·decay·rate; the
/// optimizer's update; the average; the layers' constraints.
public struct UpdateOptions: Sendable, Equatable {
  /// The share of each weight that is taken off in every step, times the rate; nil for none.
  public var weightDecay: Double?
  /// Parameters that weight decay spares: those whose name holds one of these texts, such as "bias" or "gamma".
  public var decayExclude: [String]
  /// The largest Euclidean norm of each parameter's gradient.
  public var clipNorm: Double?
  /// The largest Euclidean norm of the whole gradient.
  public var globalClipNorm: Double?
  /// The largest magnitude of each element of the gradient.
  public var clipValue: Double?
  /// Whether a running average of the weights is kept; it is then what validates, predicts and is in the file
  /// as the model's weights.
  public var useEMA: Bool
  /// The share of the average that is kept in a step.
  public var emaMomentum: Double
  /// After how many updates the weights are set to their average, again and again; nil for never.
  public var emaOverwriteFrequency: Int?
  /// Over how many batches the gradient is averaged before an update; nil for one.
  public var accumulateSteps: Int?

  public init(
    weightDecay: Double? = nil, decayExclude: [String] = [], clipNorm: Double? = nil,
    globalClipNorm: Double? = nil, clipValue: Double? = nil, useEMA: Bool = false,
    emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil, accumulateSteps: Int? = nil
  ) {
    self.weightDecay = weightDecay
    self.decayExclude = decayExclude
    self.clipNorm = clipNorm
    self.globalClipNorm = globalClipNorm
    self.clipValue = clipValue
    self.useEMA = useEMA
    self.emaMomentum = emaMomentum
    self.emaOverwriteFrequency = emaOverwriteFrequency
    self.accumulateSteps = accumulateSteps
  }

  /// The options as every optimizer has them.
  public static let table = ConfigTable(
    UpdateOptions(),
    .optional(
      "weight_decay", .number(.atLeast(0)), \.weightDecay,
      "The share of each weight that is taken off in a step, times the rate."),
    .option(
      "decay_exclude", .list(of: .string), \.decayExclude,
      "Weight decay spares parameters whose name holds one of these: bias, gamma, beta."),
    .optional(
      "clip_norm", .number(.above(0)), \.clipNorm,
      "The largest norm of each parameter's gradient."),
    .optional(
      "global_clip_norm", .number(.above(0)), \.globalClipNorm,
      "The largest norm of the whole gradient."),
    .optional(
      "clip_value", .number(.above(0)), \.clipValue,
      "The largest magnitude of each element of the gradient."),
    .option(
      "use_ema", .bool, \.useEMA,
      "Whether a running average of the weights is kept, which then validates and predicts."),
    .option(
      "ema_momentum", .number(.from(0, below: 1)), \.emaMomentum,
      "The share of the average that is kept in a step."),
    .optional(
      "ema_overwrite_frequency", .integer(.atLeast(1)), \.emaOverwriteFrequency, absent: "never",
      "After how many updates the weights are set to their average."),
    .optional(
      "accumulate_steps", .integer(.from(2, to: 1 << 24)), \.accumulateSteps,
      absent: "every batch updates",
      "Over how many batches the gradient is averaged before an update."),
    check: { updates, options throws(DescentError) in
      guard let second = updates.clippings.dropFirst().first else { return }
      throw options.error(
        second, "stands beside \(updates.clippings[0])",
        advice: "a gradient is clipped in one way")
    })

  private var clippings: [String] {
    [
      clipNorm.map { _ in "clip_norm" }, globalClipNorm.map { _ in "global_clip_norm" },
      clipValue.map { _ in "clip_value" },
    ].compactMap { $0 }
  }

  /// In Keras' words. Which parameters decay spares has no place there.
  public var keras: ConfigMap {
    var map: ConfigMap = [:]
    map["weight_decay"] = weightDecay.map { .number($0) }
    map["clipnorm"] = clipNorm.map { .number($0) }
    map["global_clipnorm"] = globalClipNorm.map { .number($0) }
    map["clipvalue"] = clipValue.map { .number($0) }
    if useEMA {
      map["use_ema"] = true
      map["ema_momentum"] = .number(emaMomentum)
      map["ema_overwrite_frequency"] = emaOverwriteFrequency.map { .integer($0) }
    }
    map["gradient_accumulation_steps"] = accumulateSteps.map { .integer($0) }
    return map
  }

  /// Whether the gradient has to be whole before an update, which takes a vector for it.
  var needsWholeGradient: Bool { clipNorm != nil || globalClipNorm != nil }

  /// The vectors this needs in the file before the optimizer's own slots.
  package var slots: [String] {
    (useEMA ? ["average"] : []) + (accumulateSteps == nil ? [] : ["gradient_accumulator"])
  }

  func decays(_ parameter: ParameterSpecification) -> Bool {
    weightDecay != nil && !decayExclude.contains { parameter.name.contains($0) }
  }
}

extension TabledComponent where Self: Optimizer {
  /// The class of Keras' that does the same with the same options.
  func keras(_ className: String) -> KerasOptimizer {
    KerasOptimizer(className, own.merging(updates.keras))
  }

  /// The options that are the optimizer's own.
  var own: ConfigMap {
    let shared = Set(UpdateOptions.table.keys.map(\.name))
    return ConfigMap(options.entries.filter { !shared.contains($0.key) })
  }
}
