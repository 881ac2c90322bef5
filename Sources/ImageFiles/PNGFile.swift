#if Images
  import CPNG
#endif

/// Reads PNG files with libpng.
enum PNGFile {
  /// How many bytes deflate makes of one at most.
  private static let mostExpansion = 1032.0

  static func header(_ bytes: [UInt8]) throws(ImageFault) -> ImageHeader {
    // A file begins with its signature and the chunk IHDR, of 13 bytes.
    guard bytes.count >= 33 else { throw .truncated }
    guard bytes[12..<16].elementsEqual("IHDR".utf8) else {
      throw ImageFault("is a damaged PNG file: it does not begin with its header")
    }
    func number(at place: Int) -> Int {
      bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    let kind = bytes[25]
    var header = ImageHeader(
      format: .png, width: number(at: 16), height: number(at: 20), isColour: kind & 2 != 0)
    guard header.width > 0, header.height > 0 else {
      throw ImageFault("states a size of \(header.width) × \(header.height) pixels")
    }
    header.bits = Int(bytes[24])
    header.hasAlpha = kind & 4 != 0
    var isStandard = false
    for chunk in Chunks(bytes) {
      switch chunk.name {
      case "sRGB": isStandard = true
      case "gAMA" where chunk.content.count == 4:
        // In parts of 100,000. What differs by less than a twentieth the library leaves as it is.
        let gamma = Double(chunk.content.reduce(0) { $0 << 8 | Int($1) })
        header.hasOwnGamma = abs(gamma / 45_455 - 1) > 0.05
      case "tRNS": header.hasAlpha = true
      case "eXIf": header.orientation = ImageOrientation(exif: chunk.content)
      default: break
      }
    }
    if isStandard { header.hasOwnGamma = false }
    let samples: Double = kind == 2 ? 3 : kind == 4 ? 2 : kind == 6 ? 4 : 1
    let size = Double(header.width) * Double(header.height) * samples * Double(header.bits) / 8
    guard size <= Double(bytes.count) * mostExpansion else { throw .truncated }
    return header
  }

  static func pixels(_ bytes: [UInt8], _ header: ImageHeader) throws(ImageFault) -> Pixels {
    #if Images
      var image = png_image()
      image.version = png_uint_32(PNG_IMAGE_VERSION)
      defer { png_image_free(&image) }
      // The library keeps the address that it is given until the image is finished.
      let result = bytes.withUnsafeBytes { memory -> Result<Pixels, ImageFault> in
        guard png_image_begin_read_from_memory(&image, memory.baseAddress, memory.count) != 0 else {
          return .failure(fault(image))
        }
        guard Int(image.width) == header.width, Int(image.height) == header.height else {
          return .failure(ImageFault("has changed since it was looked at"))
        }
        // Without it, 16 bits that say nothing of their brightness are taken for linear ones.
        image.flags |= png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB)
        image.format =
          (header.isColour ? png_uint_32(PNG_FORMAT_FLAG_COLOR) : 0)
          | (header.hasAlpha ? png_uint_32(PNG_FORMAT_FLAG_ALPHA) : 0)
        let channels = (header.isColour ? 3 : 1) + (header.hasAlpha ? 1 : 0)
        let size = header.width * header.height * channels
        var isRead = false
        let pixels = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
          isRead = png_image_finish_read(&image, nil, buffer.baseAddress, 0, nil) != 0
          count = isRead ? size : 0
        }
        guard isRead else { return .failure(fault(image)) }
        return .success(
          Pixels(width: header.width, height: header.height, channels: channels, bytes: pixels))
      }
      return try result.get()
    #else
      throw ImageFault.library("this build has no decoder")
    #endif
  }

  #if Images
    private static func fault(_ image: png_image) -> ImageFault {
      let message = withUnsafeBytes(of: image.message) { text in
        String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
      }
      let isCutOff = ["Read Error", "Not enough image data", "read beyond end of data"].contains {
        message.lowercased().contains($0.lowercased())
      }
      return isCutOff ? .truncated : .library(message)
    }
  #endif

  /// The chunks of a file, to its end or to where it is damaged.
  private struct Chunks: Sequence, IteratorProtocol {
    let bytes: [UInt8]
    private var place = 8

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> (name: String, content: ArraySlice<UInt8>)? {
      // Each has a length, a name of four letters, its content, and a checksum.
      guard place <= bytes.count - 12 else { return nil }
      let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - place - 12 else { return nil }
      let start = place + 8
      place = start + length + 4
      return (
        String(decoding: bytes[start - 4..<start], as: UTF8.self), bytes[start..<start + length]
      )
    }
  }
}
