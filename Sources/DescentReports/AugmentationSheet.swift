/// A sheet of training images: each one as it is, and beside it as steps of training see it, made by the code that trains.
public struct AugmentationSheet: Sendable {
  /// Images on a sheet, one below the other, and how often each is augmented.
  private static let (mostImages, versions) = (8, 8)
  /// A small image's pixels are drawn as squares, so that its sides are about so long; of a large one every so many are drawn.
  private static let (side, longest) = (72, 256)
  private static let (gap, wideGap) = (4, 16)

  /// A PNG file.
  public let png: [UInt8]

  /// - Throws: where training does not augment its rows, they are no images, or they cannot be had.
  public init(_ trainer: Trainer, on dataset: Dataset) throws(DescentError) {
    let configuration = trainer.configuration
    guard !configuration.augmentation.isEmpty else {
      throw DescentError(
        .invalidInput, "training images stay as they are: there is nothing to draw",
        at: "augmentation", advice: "list what is to be done to them, such as horizontal_flip")
    }
    let count = min(dataset.count, Self.mostImages)
    let rows = (0..<count).map { $0 * dataset.count / count }
    let batch = try AugmentedRows(rows, of: dataset, configuration, kernels: trainer.kernels)
    guard let images = SampleImages(dataset) else {
      throw DescentError(
        .invalidInput, "the training rows are no images that can be drawn", at: "data.train")
    }
    var lines: [[[UInt8]]] = []
    for row in rows { lines.append([images.pixels(of: try dataset.numbers(of: row..<row + 1))]) }
    for epoch in 0..<Self.versions {
      for (line, values) in try batch.values(epoch: epoch).enumerated() {
        lines[line].append(images.pixels(of: values))
      }
    }
    png = Self.sheet(lines, height: images.height, width: images.width, channels: images.shades)
  }

  /// Pictures in lines, the first of each apart from the others, on white.
  private static func sheet(
    _ lines: [[[UInt8]]], height: Int, width: Int, channels: Int
  ) -> [UInt8] {
    let factor = max(1, side / max(height, width))
    let step = (max(height, width) + longest - 1) / longest
    let (high, wide) = ((height - 1) / step + 1, (width - 1) / step + 1)
    let total = (
      height: lines.count * (high * factor + gap) + gap,
      width: gap + wide * factor + wideGap + versions * (wide * factor + gap)
    )
    var pixels = [UInt8](repeating: 255, count: total.height * total.width * channels)
    for (line, pictures) in lines.enumerated() {
      let top = gap + line * (high * factor + gap)
      for (column, picture) in pictures.enumerated() {
        let left = gap + (column > 0 ? wideGap - gap : 0) + column * (wide * factor + gap)
        for y in 0..<high * factor {
          for x in 0..<wide * factor {
            let from = (y / factor * step * width + x / factor * step) * channels
            let to = ((top + y) * total.width + left + x) * channels
            for channel in 0..<channels { pixels[to + channel] = picture[from + channel] }
          }
        }
      }
    }
    return PNGEncoder.encode(
      pixels, width: total.width, height: total.height, channels: channels)
  }
}
