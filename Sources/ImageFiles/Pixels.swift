/// The pixels of an image: rows from top to bottom, in a row pixels from left to right, a byte for each channel.
public struct Pixels: Sendable, Equatable {
  public var width: Int
  public var height: Int
  /// 1 grey, 2 grey and opacity, 3 red, green, blue, 4 those and opacity.
  public var channels: Int
  public var bytes: [UInt8]

  /// - Precondition: `bytes` are as many as the sizes say.
  public init(width: Int, height: Int, channels: Int, bytes: [UInt8]) {
    precondition(bytes.count == width * height * channels)
    (self.width, self.height, self.channels, self.bytes) = (width, height, channels, bytes)
  }

  /// The image in a file, upright.
  ///
  /// Every file gives the same bytes on every machine. JPEG is decoded with the exact integer transform and smooth
  /// upsampling of colours; PNG's channels of 16 bits are rounded to 8.
  ///
  /// - Parameters:
  ///   - header: the file's, from which memory has been asked for.
  ///   - warning: becomes what the decoder says of damage that costs no pixel.
  /// - Throws: where the file is damaged, or is not that of the header.
  public init(
    decoding bytes: [UInt8], _ header: ImageHeader, warning: inout String?
  ) throws(ImageFault) {
    let stored =
      switch header.format {
      case .png: try PNGFile.pixels(bytes, header)
      case .jpeg: try JPEGFile.pixels(bytes, header, warning: &warning)
      }
    self = header.orientation == .upright ? stored : stored.turned(header.orientation)
  }

  private func turned(_ orientation: ImageOrientation) -> Pixels {
    let (columns, rows) = orientation.isSideways ? (height, width) : (width, height)
    var turned = [UInt8]()
    turned.reserveCapacity(bytes.count)
    for row in 0..<rows {
      for column in 0..<columns {
        let source = orientation.source(row: row, column: column, size: (width, height))
        let start = (source.row * width + source.column) * channels
        for channel in 0..<channels { turned.append(bytes[start + channel]) }
      }
    }
    return Pixels(width: columns, height: rows, channels: channels, bytes: turned)
  }
}
