import Foundation

/// Turns images about their middle, by an angle that is drawn uniformly.
public struct Rotation: GeometricAugmentation, TabledComponent {
  public static let kind = "rotation"
  public static let summary =
    "Turns an image about its middle, by up to so many degrees either way; values between pixels are bilinear."
  public static let shorthand: String? = "degrees"
  public static let table = ConfigTable(
    Rotation(),
    .option(
      "degrees", .number(.from(0, to: 180)), \.degrees, "The largest angle, in degrees."),
    .fill(\.outside), .probability(\.probability))

  public private(set) var degrees: Double
  private var outside: ImageFill
  public var fill: ImageFill? { outside }
  public private(set) var probability: Double

  public init(_ degrees: Double = 10, fill: ImageFill = ImageFill(), probability: Double = 1) {
    self.degrees = degrees
    outside = fill
    self.probability = probability
  }

  public func move(height: Int, width: Int, draws: AugmentationDraws) -> PixelMove {
    .rotation(
      draws.around(0, limit: degrees) * .pi / 180, height: height, width: width)
  }
}

extension PixelMove {
  /// About the middle of an image, counter-clockwise as it is seen.
  static func rotation(_ angle: Double, height: Int, width: Int) -> PixelMove {
    let (cosine, sine) = (cos(angle), sin(angle))
    let (x, y) = (Double(width - 1) / 2, Double(height - 1) / 2)
    return PixelMove(
      a: cosine, b: -sine, left: x - cosine * x + sine * y,
      c: sine, d: cosine, top: y - sine * x - cosine * y)
  }

  /// About the middle of an image, to so many times its size.
  static func zoom(_ factor: Double, height: Int, width: Int) -> PixelMove {
    let scale = 1 / factor
    let (x, y) = (Double(width - 1) / 2, Double(height - 1) / 2)
    return PixelMove(a: scale, b: 0, left: x - scale * x, c: 0, d: scale, top: y - scale * y)
  }
}
