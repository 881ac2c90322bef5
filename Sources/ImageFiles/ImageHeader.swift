/// What a file says of its image before a pixel is decoded.
public struct ImageHeader: Sendable, Equatable {
  public var format: ImageFormat
  /// In pixels, as they are stored.
  public var width: Int
  public var height: Int
  /// Colour, as opposed to grey.
  public var isColour: Bool
  /// Whether pixels can be transparent.
  public var hasAlpha = false
  /// Of a channel.
  public var bits = 8
  /// Whether it is stored in the colours of print.
  public var isCMYK = false
  /// Whether it states a brightness of its numbers that is not that of sRGB, into which they are converted.
  public var hasOwnGamma = false
  /// How it is to be turned to stand upright.
  public var orientation = ImageOrientation.upright

  /// Width and height as it is seen.
  public var seenSize: (width: Int, height: Int) {
    orientation.isSideways ? (height, width) : (width, height)
  }

  /// The bytes that decoding takes at most: the pixels, a copy of them that is turned or made grey, and the coefficients
  /// of a progressive JPEG. No whole number, since a file may state any size.
  public var decodingBytes: Double {
    let channels: Double = isCMYK ? 4 : (isColour ? 3 : 1) + (hasAlpha ? 1 : 0)
    let coefficients = format == .jpeg ? 2 * channels : 0
    return Double(width) * Double(height) * (3 * channels + coefficients)
  }

  /// What a file says.
  ///
  /// - Throws: where it is no image that is read, or states more pixels than so few bytes can hold.
  public init(of bytes: [UInt8]) throws(ImageFault) {
    switch ImageFormat(bytes) {
    case .png?: self = try PNGFile.header(bytes)
    case .jpeg?: self = try JPEGFile.header(bytes)
    case nil:
      throw ImageFault(
        bytes.isEmpty
          ? "is empty"
          : ImageFormat.other(bytes).map { "is a \($0) file, which is not read" }
            ?? "is no PNG or JPEG file")
    }
  }

  init(format: ImageFormat, width: Int, height: Int, isColour: Bool) {
    (self.format, self.width, self.height, self.isColour) = (format, width, height, isColour)
  }
}
