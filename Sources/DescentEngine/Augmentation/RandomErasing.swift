import Foundation

/// Covers a rectangle of images (Zhong et al. 2020; Cutout, DeVries and Taylor 2017, covers squares).
///
/// The rectangle's share of the image and the logarithm of its aspect ratio are drawn uniformly and its sides rounded; it lies
/// wholly inside, at any place. A draw that does not fit is drawn again, ten times at most, as torchvision's `RandomErasing`
/// does.
public struct RandomErasing: PixelAugmentation, TabledComponent {
  public static let kind = "random_erasing"
  public static let summary = "Covers a rectangle of an image with one value."
  public static let shorthand: String? = "probability"
  private static let share = ConfigType.number(.above(0, to: 1))
  private static let ratio = ConfigType.number(.above(0))
  public static let table = ConfigTable(
    RandomErasing(),
    .option("least_area", share, \.leastArea, "The rectangle's least share of the image."),
    .option("most_area", share, \.mostArea, "Its largest share of the image."),
    .option("least_ratio", ratio, \.leastRatio, "The least ratio of its height to its width."),
    .option("most_ratio", ratio, \.mostRatio, "The largest ratio of its height to its width."),
    .option(
      "value", .number(.any), \.value,
      "What covers it, in the unit of the data as it is read: 0 is black."),
    .probability(\.probability),
    check: { erasing, options throws(DescentError) in
      for (least, most, name) in [
        (erasing.leastArea, erasing.mostArea, "area"),
        (erasing.leastRatio, erasing.mostRatio, "ratio"),
      ] where least > most {
        throw options.error(
          "least_\(name)", "is above most_\(name)", advice: "give \(most) at most")
      }
    })

  public private(set) var leastArea: Double
  public private(set) var mostArea: Double
  public private(set) var leastRatio: Double
  public private(set) var mostRatio: Double
  public private(set) var value: Double
  public private(set) var probability: Double

  public init(
    area: ClosedRange<Double> = 0.02...0.33, ratio: ClosedRange<Double> = 0.3...3.3,
    value: Double = 0, probability: Double = 0.5
  ) {
    leastArea = area.lowerBound
    mostArea = area.upperBound
    leastRatio = ratio.lowerBound
    mostRatio = ratio.upperBound
    self.value = value
    self.probability = probability
  }

  private static let attempts = 10

  public func change(_ image: ImageView, range: ClosedRange<Float>?, draws: AugmentationDraws) {
    guard
      let (rows, columns) = rectangle(height: image.height, width: image.width, draws: draws)
    else { return }
    for row in rows {
      image.pixel(row, columns.lowerBound)
        .update(repeating: Float(value), count: columns.count * image.channels)
    }
  }

  /// What is covered of an image of that size; nil where no draw fits.
  func rectangle(
    height: Int, width: Int, draws: AugmentationDraws
  ) -> (rows: Range<Int>, columns: Range<Int>)? {
    for attempt in 0..<Self.attempts {
      let first = 4 * attempt
      let area =
        Double(height * width) * (leastArea + (mostArea - leastArea) * draws.uniform(first))
      let (low, high) = (log(leastRatio), log(mostRatio))
      let ratio = exp(low + (high - low) * draws.uniform(first + 1))
      let tall = (area * ratio).squareRoot().rounded()
      let wide = (area / ratio).squareRoot().rounded()
      guard tall >= 1, wide >= 1, tall <= Double(height), wide <= Double(width) else { continue }
      let (rows, columns) = (Int(tall), Int(wide))
      let top = Int(draws.uniform(first + 2) * Double(height - rows + 1))
      let left = Int(draws.uniform(first + 3) * Double(width - columns + 1))
      return (top..<top + rows, left..<left + columns)
    }
    return nil
  }
}
