/// One map's pixels where they lie: floats from line to line and from pixel to pixel.
public struct MapPixels: @unchecked Sendable {
  public var base: UnsafeMutablePointer<Float>
  public var line: Int
  public var pixel: Int

  public init(base: UnsafeMutablePointer<Float>, line: Int, pixel: Int) {
    self.base = base
    self.line = line
    self.pixel = pixel
  }
}
