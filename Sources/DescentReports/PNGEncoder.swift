import CZlib
import Foundation

/// Small pictures as PNG files (ISO/IEC 15948), eight bits a channel.
enum PNGEncoder {
  /// - Parameters:
  ///   - pixels: row by row, `channels` bytes each.
  ///   - channels: 1 for grey, 3 for red, green and blue.
  /// - Precondition: there are as many pixels as width × height.
  static func encode(_ pixels: [UInt8], width: Int, height: Int, channels: Int) -> [UInt8] {
    precondition(
      width > 0 && height > 0 && (channels == 1 || channels == 3)
        && pixels.count == width * height * channels,
      "\(pixels.count) bytes for \(width)×\(height)×\(channels)")
    var lines: [UInt8] = []
    lines.reserveCapacity((width * channels + 1) * height)
    for row in 0..<height {
      // Each line begins with the number of its filter: none.
      lines.append(0)
      lines += pixels[(row * width * channels)..<((row + 1) * width * channels)]
    }
    var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    bytes += chunk("IHDR", word(width) + word(height) + [8, channels == 1 ? 0 : 2, 0, 0, 0])
    bytes += chunk("IDAT", compressed(lines))
    return bytes + chunk("IEND", [])
  }

  /// A picture is shown no larger than this many pixels a side, every so many of them.
  private static let largestSide = 96

  /// A picture as an address that holds all of it.
  static func dataURI(
    height: Int, width: Int, channels: Int, byte: (_ y: Int, _ x: Int, _ channel: Int) -> UInt8
  ) -> String {
    let step = max(1, (max(height, width) + largestSide - 1) / largestSide)
    var pixels: [UInt8] = []
    for y in stride(from: 0, to: height, by: step) {
      for x in stride(from: 0, to: width, by: step) {
        for channel in 0..<channels { pixels.append(byte(y, x, channel)) }
      }
    }
    let png = encode(
      pixels, width: (width + step - 1) / step, height: (height + step - 1) / step,
      channels: channels)
    return "data:image/png;base64," + Data(png).base64EncodedString()
  }

  private static func word(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + content
    let sum = crc32(crc32(0, nil, 0), body, UInt32(body.count))
    return word(content.count) + body + word(Int(sum))
  }

  private static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    var length = compressBound(UInt(bytes.count))
    let result = [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
      let code = compress2(buffer.baseAddress, &length, bytes, UInt(bytes.count), 9)
      precondition(code == Z_OK, "zlib: \(code)")
      count = Int(length)
    }
    return result
  }
}
