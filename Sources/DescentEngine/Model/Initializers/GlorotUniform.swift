/// Uniform in ±√(6 / (fan in + fan out)): keeps the variance of activations and gradients about equal
/// from layer to layer (Glorot & Bengio 2010). The default of dense layers, as in Keras.
public struct GlorotUniform: ElementwiseInitializer, PlainComponent {
  public static let kind = "glorot_uniform"
  public static let summary = "Uniform in ±√(6 / (fan in + fan out))."

  public init() {}

  public func value(at index: Int, fan: (in: Int, out: Int), random: CounterRandom) -> Float {
    let limit = (6 / Double(fan.in + fan.out)).squareRoot()
    return Float((random.uniform(UInt64(index)) * 2 - 1) * limit)
  }
}
