/// ℓ = Σ_j h(y_j − t_j) / outputs with h(e) = ½e² up to |e| = δ and δ·|e| − ½δ² from there on: for real-valued
/// targets with outliers.
public struct Huber: KernelCost, TabledComponent {
  public static let kind = "huber"
  public static let summary =
    "Half the squared error up to a distance delta and a straight line beyond, for targets with outliers."
  public static let table = ConfigTable(
    Huber(),
    .option(
      "delta", .number(.above(0)), \.delta, "The distance at which the parabola becomes a line."))
  public static let shorthand: String? = "delta"

  /// The distance at which the parabola becomes a line, above 0.
  public private(set) var delta: Double
  public var insist = false

  public init(delta: Double = 1) {
    self.delta = delta
  }

  public var fit: CostFit { CostFit(.numbers) }

  public func kerasLoss(_ form: TargetForm) -> ConfigValue {
    ["class_name": "Huber", "config": ["delta": .number(delta)]]
  }

  public var kernel: KernelSet.ElementwiseCost { .huber(delta: Float(delta)) }
}

extension Cost where Self == Huber {
  /// Half the squared error up to a distance and a straight line beyond.
  public static func huber(delta: Double = 1) -> Huber { Huber(delta: delta) }
}
