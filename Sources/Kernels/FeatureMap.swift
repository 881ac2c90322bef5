/// A batch of feature maps as spatial kernels see it: height × width pixels of so many channels each.
///
/// It may lie as the network's input does, in whole rows whose pixels have no padding between them, or as one matrix of
/// positions, whose channels are padded to cache lines. A map of one axis has the height 1.
public struct FeatureMap: @unchecked Sendable {
  public let base: UnsafeMutablePointer<Float>
  public let height: Int
  public let width: Int
  public let channels: Int
  /// Floats from one pixel, one line of pixels and one map of the batch to the next.
  public let pixelStride: Int
  public let lineStride: Int
  public let mapStride: Int

  /// - Parameters:
  ///   - matrix: all maps of the batch, in the one layout or the other.
  ///   - shape: of one map: height × width × channels, width × channels, or the channels of a single pixel.
  public init(_ matrix: Matrix, shape: [Int]) {
    base = matrix.base
    channels = shape[shape.count - 1]
    width = shape.count > 1 ? shape[shape.count - 2] : 1
    height = shape.count > 2 ? shape[0] : 1
    let isWholeRows = matrix.columns == shape.reduce(1, *) && height * width > 1
    pixelStride = isWholeRows ? channels : matrix.stride
    lineStride = width * pixelStride
    mapStride = isWholeRows ? matrix.stride : height * lineStride
  }

  /// Where a pixel's channels begin.
  @inlinable public func pixel(_ map: Int, _ y: Int, _ x: Int) -> UnsafeMutablePointer<Float> {
    base + map * mapStride + y * lineStride + x * pixelStride
  }

  /// Lines of every map.
  public func lines(_ range: Range<Int>) -> FeatureMap { FeatureMap(self, lines: range) }

  private init(_ map: FeatureMap, lines: Range<Int>) {
    base = map.base + lines.lowerBound * map.lineStride
    (height, width, channels) = (lines.count, map.width, map.channels)
    (pixelStride, lineStride, mapStride) = (map.pixelStride, map.lineStride, map.mapStride)
  }

  /// Whether kernels may write whole vectors of a pixel's channels: elsewhere those of the next pixel follow at once.
  public var isPadded: Bool { pixelStride >= Matrix.padded(channels) }

  // MARK: - As kernels are told of it

  /// Floats from pixel to pixel, line to line and map to map, and how many of a pixel may be written.
  typealias Place = (pixel: Int, line: Int, map: Int, floats: Int)

  var place: Place {
    (pixelStride, lineStride, mapStride, isPadded ? Matrix.padded(channels) : channels)
  }

  /// Some maps that are written.
  func output(_ maps: Range<Int>) -> (base: UnsafeMutablePointer<Float>, place: Place) {
    (base + maps.lowerBound * mapStride, place)
  }

  /// Some that are read.
  func input(_ maps: Range<Int>) -> (base: UnsafePointer<Float>, place: Place) {
    (UnsafePointer(base + maps.lowerBound * mapStride), place)
  }
}
