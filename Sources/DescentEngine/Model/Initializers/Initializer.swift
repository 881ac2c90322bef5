/// How a parameter's first values are chosen.
public protocol Initializer: ConfigComponent {
  /// Sets a parameter's elements; padding stays zero.
  ///
  /// - Parameters:
  ///   - fan: the numbers of units that feed into one output and are fed by one input.
  ///   - random: numbers of this parameter's own, addressed by element.
  func fill(_ parameter: Matrix, fan: (in: Int, out: Int), random: CounterRandom)
  /// The initializer in Keras' terms: its name, or an object.
  var keras: ConfigValue { get }
}

extension Initializer {
  public var keras: ConfigValue { .string(Self.kind) }

  /// An object that Keras makes an initializer of.
  func kerasObject(_ className: String, _ config: ConfigMap) -> ConfigValue {
    [
      "module": "keras.initializers", "class_name": .string(className), "config": .map(config),
      "registered_name": .null,
    ]
  }
}

/// An initializer that computes every element on its own.
public protocol ElementwiseInitializer: Initializer {
  /// The value of element `index` (row-major, without padding).
  ///
  /// - Parameters:
  ///   - fan: the numbers of units that feed into one output and are fed by one input.
  ///   - random: numbers of this parameter's own, addressed by element.
  func value(at index: Int, fan: (in: Int, out: Int), random: CounterRandom) -> Float
}

extension ElementwiseInitializer {
  public func fill(_ parameter: Matrix, fan: (in: Int, out: Int), random: CounterRandom) {
    for row in 0..<parameter.rows {
      for column in 0..<parameter.columns {
        parameter[row, column] = value(
          at: row * parameter.columns + column, fan: fan, random: random)
      }
    }
  }
}

extension CounterRandom {
  /// A standard normal number of at most 2 in magnitude: the first such of element's own sequence.
  func truncatedNormal(_ element: UInt64) -> Double {
    var attempt: UInt64 = 0
    while true {
      let value = normal(element &+ attempt &<< 40)
      if abs(value) <= 2 { return value }
      attempt &+= 1
    }
  }
}
