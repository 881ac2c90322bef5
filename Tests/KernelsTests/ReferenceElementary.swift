import Foundation

/// Distances between a Float and the value it should be near.
enum Ulp {
  /// |got − want| in units of the last place of `want` as a Float; infinite where one is NaN or infinite and the
  /// other is not the same.
  static func error(_ got: Float, _ want: Double) -> Double {
    if want.isNaN || got.isNaN { return want.isNaN && got.isNaN ? 0 : .infinity }
    let rounded = Float(want)
    if rounded.isInfinite || got.isInfinite { return got == rounded ? 0 : .infinity }
    return abs(Double(got) - want) / Double(rounded.ulp)
  }
}

/// A sweep's worst element.
struct Worst: CustomStringConvertible {
  var error = 0.0
  var x: Float = 0
  var got: Float = 0

  var description: String { "\(error) ulp at \(x), which gave \(got)" }
}

extension Reference {
  static func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  static func logSumExp(_ z: [Double]) -> Double {
    let largest = z.max()!
    return largest + log(z.reduce(0) { $0 + exp($1 - largest) })
  }

  static func softmax(_ z: [Double]) -> [Double] {
    let total = logSumExp(z)
    return z.map { exp($0 - total) }
  }
}
