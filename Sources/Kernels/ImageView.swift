/// One image as a row of the data has it: height × width pixels of so many channels, with no padding between them. The memory
/// is somebody else's.
public struct ImageView: @unchecked Sendable {
  public let base: UnsafeMutablePointer<Float>
  public let height: Int
  public let width: Int
  public let channels: Int

  public init(base: UnsafeMutablePointer<Float>, height: Int, width: Int, channels: Int) {
    self.base = base
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// The values of all pixels.
  public var count: Int { height * width * channels }

  /// Where a pixel's channels begin.
  @inlinable public func pixel(_ y: Int, _ x: Int) -> UnsafeMutablePointer<Float> {
    base + (y * width + x) * channels
  }

  /// All values, in the order of lines, pixels and channels.
  @inlinable public var values: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }
}

extension ImageView {
  /// Makes every value `middle` + `factor` · (value − `middle`), kept within a range where one is given.
  public func scale(by factor: Float, about middle: Float, range: ClosedRange<Float>?) {
    let rest = middle - factor * middle
    let (least, most) = (range?.lowerBound ?? -.infinity, range?.upperBound ?? .infinity)
    for index in 0..<count {
      base[index] = max(least, min(most, factor * base[index] + rest))
    }
  }

  /// Makes every value the mean of it and another image's, of which this one has the given share.
  public func blend(_ other: ImageView, share: Float) {
    for index in 0..<count {
      base[index] = share * base[index] + (1 - share) * other.base[index]
    }
  }

  /// Takes a rectangle of pixels from another image of this size.
  public func paste(_ other: ImageView, rows: Range<Int>, columns: Range<Int>) {
    for row in rows {
      pixel(row, columns.lowerBound)
        .update(from: other.pixel(row, columns.lowerBound), count: columns.count * channels)
    }
  }
}
