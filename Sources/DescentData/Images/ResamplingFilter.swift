import DescentCore

/// By what weights a new pixel is made of those around the place that it has in the old image.
struct ResamplingFilter {
  /// How far to both sides weights reach, in the larger of an old and a new pixel's sides.
  let support: Double
  /// The weight at a distance from the middle.
  let weight: (Double) -> Double

  /// Nil for the pixel in the middle alone.
  static func of(_ interpolation: ImageEncoding.Interpolation) -> ResamplingFilter? {
    switch interpolation {
    case .nearest: nil
    case .area:
      ResamplingFilter(support: 0.5) { $0 > -0.5 && $0 <= 0.5 ? 1 : 0 }
    case .bilinear: ResamplingFilter(support: 1) { abs($0) < 1 ? 1 - abs($0) : 0 }
    case .bicubic: ResamplingFilter(support: 2, weight: cubic)
    }
  }

  /// Keys' cubic with a = -1/2.
  private static func cubic(_ distance: Double) -> Double {
    let (x, a) = (abs(distance), -0.5)
    if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
  }
}
