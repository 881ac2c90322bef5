/// The optimizer's own rate throughout.
public struct ConstantSchedule: Schedule, PlainComponent {
  public static let kind = "constant"
  public static let summary = "The optimizer's own rate throughout."

  public init() {}

  public func rate(step: Int, stepsPerEpoch: Int, horizon: Int, base: Double) -> Double { base }
  public var isConstant: Bool { true }
}

extension Schedule where Self == ConstantSchedule {
  /// The optimizer's own rate throughout.
  public static var constant: ConstantSchedule { ConstantSchedule() }
}
