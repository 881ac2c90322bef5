/// What the units of a network's first layer look for in pictures: their weights as pictures themselves.
///
/// Mid-grey is a weight of zero, white a unit's largest, black that with the opposite sign. Weights on three channels are red,
/// green and blue; on any other number of them a picture for each.
public struct FilterImages: Sendable, Equatable {
  public struct Filter: Sendable, Equatable {
    /// From 1.
    public let number: Int
    /// Addresses of pictures that hold all of them.
    public let images: [String]
  }

  private static let mostFilters = 64
  private static let mostChannels = 8

  /// The layer's name.
  public let layer: String
  public let height: Int
  public let width: Int
  public let channels: Int
  /// Whether the layer slides a window over pictures; else each unit looks at all of one.
  public let isWindow: Bool
  /// As many as the layer has.
  public let count: Int
  /// Those with the largest weights, where they are many; in their order.
  public let filters: [Filter]

  /// Looks for the first layer that multiplies by a kernel.
  ///
  /// - Parameter dataset: rows of the kind that the model takes.
  /// - Returns: nil where that layer sees no pictures, or single pixels of them.
  package init?(_ model: Model, of dataset: Dataset) {
    let network = model.network
    guard let entry = network.layout.entries.first(where: { $0.specification.name == "kernel" })
    else { return nil }
    let shape = entry.specification.shape
    isWindow = shape.count == 4
    if isWindow {
      (height, width, channels) = (shape[0], shape[1], shape[2])
    } else {
      guard shape.count == 2, let picture = SampleImages.shape(of: dataset),
        Self.keepsValues(network, before: entry.layer),
        shape[0] == picture.height * picture.width * picture.channels
      else { return nil }
      (height, width, channels) = picture
    }
    guard height * width > 1 else { return nil }
    layer = network.layerNames[entry.layer]
    count = entry.columns
    let weights = Weights(elements: model.parameters.elements(of: entry), units: entry.columns)
    let chosen = weights.largest(Self.mostFilters)
    let (height, width, channels) = (height, width, channels)
    filters = chosen.map { unit in
      let scale = weights.largestMagnitude(of: unit)
      func image(_ shown: Range<Int>) -> String {
        PNGEncoder.dataURI(height: height, width: width, channels: shown.count) { y, x, channel in
          weights.byte((y * width + x) * channels + shown.lowerBound + channel, unit, scale)
        }
      }
      let images =
        channels == 3
        ? [image(0..<3)] : (0..<min(channels, Self.mostChannels)).map { image($0..<$0 + 1) }
      return Filter(number: unit + 1, images: images)
    }
  }

  /// Whether the layers before another one leave every value of a row in its place.
  private static func keepsValues(_ network: Network, before layer: Int) -> Bool {
    let width = network.inputWidth
    return network.shapes[..<layer].allSatisfy { $0.reduce(1, *) == width }
  }

  /// A kernel's elements, row-major: a column for each unit.
  private struct Weights {
    let elements: [Float]
    let units: Int

    func column(_ unit: Int) -> some Sequence<Float> {
      stride(from: unit, to: elements.count, by: units).lazy.map { elements[$0] }
    }

    func largestMagnitude(of unit: Int) -> Float {
      column(unit).reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
    }

    /// The units with the largest sums of squares, in their order.
    func largest(_ most: Int) -> [Int] {
      guard units > most else { return Array(0..<units) }
      let squares = (0..<units).map { column($0).reduce(0) { $0 + $1 * $1 } }
      return (0..<units).sorted { (squares[$0], $1) > (squares[$1], $0) }.prefix(most).sorted()
    }

    func byte(_ row: Int, _ unit: Int, _ scale: Float) -> UInt8 {
      let share = elements[row * units + unit] / scale
      return share.isFinite ? UInt8((127.5 + 127.5 * min(max(share, -1), 1)).rounded()) : 128
    }
  }
}
