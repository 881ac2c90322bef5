#if Images
  import CTurboJPEG
#endif

/// Reads JPEG files with libjpeg-turbo's TurboJPEG.
enum JPEGFile {
  /// How many pixels a byte can stand for at most: a bit for each block of 8 × 8, where blocks are coded by Huffman's code.
  private static let mostPixels = 512.0

  static func header(_ bytes: [UInt8]) throws(ImageFault) -> ImageHeader {
    var header: ImageHeader?
    var orientation = ImageOrientation.upright
    for segment in Segments(bytes) {
      switch segment.marker {
      case 0xE1 where segment.content.starts(with: exifName):
        orientation = ImageOrientation(exif: segment.content.dropFirst(exifName.count))
      // The frame: its kind is in the marker; C4, C8 and CC are something else.
      case 0xC0...0xCF where ![0xC4, 0xC8, 0xCC].contains(segment.marker):
        header = try frame(segment, bytes.count)
      default: break
      }
    }
    guard var header else { throw .truncated }
    header.orientation = orientation
    return header
  }

  private static func frame(_ segment: Segment, _ size: Int) throws(ImageFault) -> ImageHeader {
    let content = Array(segment.content)
    guard content.count >= 6 else { throw .truncated }
    let (height, width) = (
      Int(content[1]) << 8 | Int(content[2]), Int(content[3]) << 8 | Int(content[4])
    )
    let components = content[5]
    guard width > 0, height > 0 else {
      throw ImageFault("states a size of \(width) × \(height) pixels")
    }
    var header = ImageHeader(
      format: .jpeg, width: width, height: height, isColour: components > 1)
    header.bits = Int(content[0])
    header.isCMYK = components == 4
    let isHuffman = segment.marker < 0xC8
    guard !isHuffman || Double(width) * Double(height) <= mostPixels * Double(size) else {
      throw .truncated
    }
    return header
  }

  /// - Parameter warning: what the decoder could step over, where there was something.
  static func pixels(
    _ bytes: [UInt8], _ header: ImageHeader, warning: inout String?
  ) throws(ImageFault) -> Pixels {
    #if Images
      guard let decoder = tjInitDecompress() else { throw .library("no decoder could be made") }
      defer { tjDestroy(decoder) }
      var (width, height, sampling, space): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
      let isRead = tjDecompressHeader3(
        decoder, bytes, UInt(bytes.count), &width, &height, &sampling, &space)
      guard isRead == 0 || hasWarned(decoder) else { throw fault(decoder) }
      guard Int(width) == header.width, Int(height) == header.height else {
        throw ImageFault("has changed since it was looked at")
      }
      let form = header.isCMYK ? TJPF_CMYK : header.isColour ? TJPF_RGB : TJPF_GRAY
      let size = header.width * header.height * (header.isCMYK ? 4 : header.isColour ? 3 : 1)
      var isDecoded = false
      let pixels = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        isDecoded =
          tjDecompress2(
            decoder, bytes, UInt(bytes.count), buffer.baseAddress, width, 0, height,
            Int32(form.rawValue), TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS) == 0
        if !isDecoded, hasWarned(decoder) {
          warning = message(decoder)
          isDecoded = warning?.contains("extraneous bytes") ?? false && hasEnd(bytes)
        }
        count = isDecoded ? size : 0
      }
      guard isDecoded else { throw fault(decoder) }
      return Pixels(
        width: header.width, height: header.height, channels: header.isColour ? 3 : 1,
        bytes: header.isCMYK ? colours(ofPrint: pixels, areInverted: isOfAdobe(bytes)) : pixels)
    #else
      throw ImageFault.library("this build has no decoder")
    #endif
  }

  #if Images
    private static func hasWarned(_ decoder: tjhandle) -> Bool {
      tjGetErrorCode(decoder) == Int32(TJERR_WARNING.rawValue)
    }

    /// The decoder's words: the first warning where there were several.
    private static func message(_ decoder: tjhandle) -> String {
      String(cString: tjGetErrorStr2(decoder))
    }

    private static func fault(_ decoder: tjhandle) -> ImageFault {
      let message = message(decoder)
      let isCutOff = message.contains("remature end") || message.contains("extraneous bytes")
      return isCutOff ? .truncated : .library(message)
    }
  #endif

  /// Whether the marker of the image's end follows the last scan. Bytes that nobody needs are harmless before it, and hide
  /// where it is missing that the file is cut off.
  private static func hasEnd(_ bytes: [UInt8]) -> Bool {
    for place in stride(from: bytes.count - 2, to: 0, by: -1) where bytes[place] == 0xFF {
      if bytes[place + 1] == 0xD9 { return true }
      if bytes[place + 1] == 0xDA { return false }
    }
    return false
  }

  // MARK: - Colours of print

  /// Red, green and blue of cyan, magenta, yellow and black, as though inks were ideal.
  private static func colours(ofPrint pixels: [UInt8], areInverted: Bool) -> [UInt8] {
    var colours: [UInt8] = []
    colours.reserveCapacity(pixels.count / 4 * 3)
    for start in stride(from: 0, to: pixels.count, by: 4) {
      let white = Int(areInverted ? pixels[start + 3] : 255 - pixels[start + 3])
      for channel in start..<start + 3 {
        let product = white * Int(areInverted ? pixels[channel] : 255 - pixels[channel]) + 128
        colours.append(UInt8(((product >> 8) + product) >> 8))
      }
    }
    return colours
  }

  /// Whether a program of Adobe's made the file: they store how much of an ink is left out.
  private static func isOfAdobe(_ bytes: [UInt8]) -> Bool {
    Segments(bytes).contains { $0.marker == 0xEE && $0.content.starts(with: "Adobe".utf8) }
  }

  // MARK: - Segments

  private static let exifName: [UInt8] = Array("Exif\0\0".utf8)

  /// A marker and what belongs to it.
  private struct Segment {
    var marker: UInt8
    var content: ArraySlice<UInt8>
  }

  /// The segments before the first scan, or to where the file is damaged.
  private struct Segments: Sequence, IteratorProtocol {
    let bytes: [UInt8]
    private var place = 2

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> Segment? {
      while place < bytes.count, bytes[place] != 0xFF { place += 1 }
      // A marker may have more than one FF before it.
      while place < bytes.count, bytes[place] == 0xFF { place += 1 }
      guard place <= bytes.count - 3 else { return nil }
      let marker = bytes[place]
      let length = Int(bytes[place + 1]) << 8 | Int(bytes[place + 2])
      guard marker != 0xDA, marker != 0xD9, length >= 2, length < bytes.count - place else {
        return nil
      }
      let start = place + 3
      place += 1 + length
      return Segment(marker: marker, content: bytes[start..<place])
    }
  }
}
