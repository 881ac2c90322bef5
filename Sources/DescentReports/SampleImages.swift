/// Rows of a data set as pictures, where they are pictures: of shape [height, width, channels], or a table whose columns are
/// named after the rows and columns of pixels, as `pixel_0_0`.
///
/// Three channels are red, green and blue; any other number of them is shown as its mean, in grey.
struct SampleImages {
  private let dataset: Dataset
  let height: Int
  let width: Int
  private let channels: Int
  /// The values that are black and white.
  private let range: (least: Float, largest: Float)

  /// - Returns: nil where the rows are no pictures.
  init?(_ dataset: Dataset) {
    guard let shape = Self.shape(of: dataset) else { return nil }
    (height, width, channels) = shape
    self.dataset = dataset
    switch dataset.provider.storage {
    case .bytes: range = (0, 255)
    case .floats:
      let rows = min(dataset.count, max(1, (1 << 20) / dataset.width))
      guard let values = try? dataset.numbers(of: 0..<rows) else { return nil }
      let finite = values.filter(\.isFinite)
      range = (finite.min() ?? 0, finite.max() ?? 1)
    }
  }

  /// The shape of the pictures; nil where the rows are none.
  static func shape(of dataset: Dataset) -> (height: Int, width: Int, channels: Int)? {
    let shape = dataset.shape
    if shape.count == 3, shape[0] > 1, shape[1] > 1 {
      return (shape[0], shape[1], shape[2])
    }
    if shape.count == 2, shape[0] > 1, shape[1] > 1 { return (shape[0], shape[1], 1) }
    guard let last = dataset.featureNames.last,
      let (row, column) = place(in: last), dataset.featureNames.count == (row + 1) * (column + 1),
      row > 0, column > 0
    else { return nil }
    for (index, name) in dataset.featureNames.enumerated() {
      guard let place = place(in: name), place.row == index / (column + 1),
        place.column == index % (column + 1)
      else { return nil }
    }
    return (row + 1, column + 1, 1)
  }

  /// The numbers that end a name such as `pixel_3_14`.
  private static func place(in name: String) -> (row: Int, column: Int)? {
    let parts = name.split(separator: "_")
    guard parts.count >= 2, let column = Int(parts[parts.count - 1]),
      let row = Int(parts[parts.count - 2]), (0..<4096).contains(row), (0..<4096).contains(column)
    else { return nil }
    return (row, column)
  }

  /// A row as the address of a PNG picture that holds all of it.
  /// - Returns: nil where the row cannot be had.
  func dataURI(row: Int) -> String? {
    guard let values = try? dataset.numbers(of: row..<row + 1) else { return nil }
    let (pixels, shades) = (pixels(of: values), shades)
    return PNGEncoder.dataURI(height: height, width: width, channels: shades) { y, x, shade in
      pixels[(y * width + x) * shades + shade]
    }
  }

  /// The channels of a picture: red, green and blue, or grey.
  var shades: Int { channels == 3 ? 3 : 1 }

  /// The bytes of a picture, pixel by pixel, for a row's values.
  func pixels(of values: [Float]) -> [UInt8] {
    let perShade = channels / shades
    return (0..<height * width * shades).map { place in
      let own = values[place * perShade..<(place + 1) * perShade]
      return byte(own.reduce(0, +) / Float(perShade))
    }
  }

  private func byte(_ value: Float) -> UInt8 {
    if dataset.provider.storage == .bytes { return value > 0 ? UInt8(min(value, 255)) : 0 }
    let fraction = (value - range.least) / max(range.largest - range.least, 1e-30)
    return fraction.isFinite ? UInt8(min(max(fraction, 0), 1) * 255) : 0
  }
}
