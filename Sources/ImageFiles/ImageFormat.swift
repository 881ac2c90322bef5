/// The formats of image files that are read, told by how a file begins, whatever its name.
public enum ImageFormat: String, Sendable, CaseIterable {
  case png = "PNG"
  case jpeg = "JPEG"

  /// Nil for a file of another kind.
  public init?(_ bytes: [UInt8]) {
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else {
      return nil
    }
  }

  /// How many bytes of a file it takes to tell its format.
  public static let tellingBytes = 12

  /// What a file is that begins like an image of a format that is not read; nil for what is none.
  public static func other(_ bytes: [UInt8]) -> String? {
    func begins(_ text: String, at place: Int = 0) -> Bool {
      bytes.dropFirst(place).starts(with: text.utf8)
    }
    if begins("GIF8") { return "GIF" }
    if begins("BM") { return "BMP" }
    if begins("RIFF"), begins("WEBP", at: 8) { return "WebP" }
    if begins("II*\0") || begins("MM\0*") { return "TIFF" }
    if begins("ftypavif", at: 4) { return "AVIF" }
    if begins("ftyphei", at: 4) || begins("ftypmif1", at: 4) { return "HEIF" }
    if bytes.starts(with: [0xFF, 0x0A]) || begins("JXL ", at: 4) { return "JPEG XL" }
    if begins("jP  ", at: 4) { return "JPEG 2000" }
    return nil
  }

  /// Whether this build has the decoders.
  public static var isDecoded: Bool {
    #if Images
      true
    #else
      false
    #endif
  }
}
