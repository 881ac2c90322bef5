/// How an image is to be turned to stand upright, by the numbers of EXIF: what a camera that was held sideways notes.
public enum ImageOrientation: Int, Sendable {
  case upright = 1
  case mirrored, upsideDown, mirroredUpsideDown
  case mirroredLeft, turnedRight, mirroredRight, turnedLeft

  /// Whether width and height change places.
  public var isSideways: Bool { rawValue >= 5 }

  /// Where a pixel of the upright image is stored.
  ///
  /// - Parameters:
  ///   - size: that of the image as it is stored.
  func source(row: Int, column: Int, size: (width: Int, height: Int)) -> (row: Int, column: Int) {
    let (right, bottom) = (size.width - 1, size.height - 1)
    return switch self {
    case .upright: (row, column)
    case .mirrored: (row, right - column)
    case .upsideDown: (bottom - row, right - column)
    case .mirroredUpsideDown: (bottom - row, column)
    case .mirroredLeft: (column, row)
    case .turnedRight: (bottom - column, row)
    case .mirroredRight: (bottom - column, right - row)
    case .turnedLeft: (column, right - row)
    }
  }

  /// What the first directory of an EXIF block says: a TIFF header, and entries of twelve bytes. What is damaged or says
  /// nothing of it leaves the image as it is stored.
  init(exif: ArraySlice<UInt8>) {
    self = Self.number(exif).flatMap(ImageOrientation.init) ?? .upright
  }

  private static let tag = 0x0112

  private static func number(_ exif: ArraySlice<UInt8>) -> Int? {
    let isLittleEndian: Bool
    switch Array(exif.prefix(2)) {
    case Array("II".utf8): isLittleEndian = true
    case Array("MM".utf8): isLittleEndian = false
    default: return nil
    }
    func number(at place: Int, bytes count: Int) -> Int? {
      guard place >= 0, place <= exif.count - count else { return nil }
      let start = exif.startIndex + place
      let bytes = exif[start..<start + count]
      return isLittleEndian
        ? bytes.reversed().reduce(0) { $0 << 8 | Int($1) } : bytes.reduce(0) { $0 << 8 | Int($1) }
    }
    guard number(at: 2, bytes: 2) == 42, let directory = number(at: 4, bytes: 4),
      let entries = number(at: directory, bytes: 2)
    else { return nil }
    for entry in 0..<entries {
      let place = directory + 2 + 12 * entry
      guard let found = number(at: place, bytes: 2) else { return nil }
      if found == tag { return number(at: place + 8, bytes: 2) }
    }
    return nil
  }
}
