import Foundation
import ImageFiles

@testable import DescentCore
@testable import DescentData

/// The image files in Tests/Fixtures/images, and what Pillow makes of them.
enum ImageFixtures {
  static let folder = repositoryRoot.appending(path: "Tests/Fixtures/images").path

  static func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// A line of `expected.txt`: what is done to which file, and the bytes that come of it.
  struct Expectation: Sendable, CustomStringConvertible {
    var words: [String]
    var height: Int
    var width: Int
    var channels: Int
    var checksum: UInt32

    var file: String { words[1] }
    var description: String { "\(words.joined(separator: " ")) \(height) × \(width) × \(channels)" }
  }

  static let expectations: [Expectation] = {
    let text = (try? String(contentsOfFile: path("expected.txt"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map { line in
      let words = line.split(separator: " ").map(String.init)
      let numbers = words.suffix(4).map { Int($0) ?? 0 }
      return Expectation(
        words: words.dropLast(4), height: numbers[0], width: numbers[1], channels: numbers[2],
        checksum: UInt32(truncatingIfNeeded: numbers[3]))
    }
  }()

  /// A file decoded, upright.
  static func pixels(_ name: String) throws -> Pixels {
    let file = try FileBytes(contentsOf: path(name))
    var warning: String?
    return try Pixels(decoding: file.bytes, ImageHeader(of: file.bytes), warning: &warning)
  }
}

/// CRC-32, as zlib has it.
func checksum(_ bytes: [UInt8]) -> UInt32 {
  var crc: UInt32 = 0xFFFF_FFFF
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }
  return ~crc
}
