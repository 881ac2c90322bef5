/// The sums that a check of gradients takes some thousand times for every tensor.
///
/// Loops over indices rather than closures over sequences, which in a debug build took more than half of the check's time.
enum Moves {
  /// The point x + t·d as `Float` has it.
  static func point(_ x: [Float], along direction: [Double], by t: Double) -> [Float] {
    var point = x
    var index = 0
    while index < x.count {
      point[index] = Float(Double(x[index]) + t * direction[index])
      index += 1
    }
    return point
  }

  /// Σ xᵢ.
  static func sum(_ x: [Float]) -> Double {
    var sum = 0.0
    var index = 0
    while index < x.count {
      sum += Double(x[index])
      index += 1
    }
    return sum
  }

  /// The products xᵢ·yᵢ.
  static func products(_ x: [Float], _ y: [Float]) -> [Float] {
    var products = x
    var index = 0
    while index < x.count {
      products[index] *= y[index]
      index += 1
    }
    return products
  }

  /// Σ gᵢ·(aᵢ − bᵢ): what a gradient says of a function's difference between two points.
  static func change(_ gradient: [Float], from b: [Float], to a: [Float]) -> Double {
    var change = 0.0
    var index = 0
    while index < gradient.count {
      change += Double(gradient[index]) * (Double(a[index]) - Double(b[index]))
      index += 1
    }
    return change
  }
}
