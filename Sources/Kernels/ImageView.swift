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
