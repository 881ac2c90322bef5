import CZlib
import Foundation
import Testing

/// A PNG file of eight bits a channel without filters, read by zlib, its checksums checked.
struct DecodedPNG: Equatable {
  let width: Int
  let height: Int
  let channels: Int
  let pixels: [UInt8]

  init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
    (self.width, self.height, self.channels, self.pixels) = (width, height, channels, pixels)
  }

  /// - Parameter address: one that holds all of a picture.
  init(address: String) throws {
    let start = "data:image/png;base64,"
    try #require(address.hasPrefix(start))
    let data = Data(base64Encoded: String(address.dropFirst(start.count)))
    try self.init(Array(#require(data)))
  }

  init(_ png: [UInt8]) throws {
    let chunks = try Self.chunks(png)
    try #require(chunks.map(\.name) == ["IHDR", "IDAT", "IEND"])
    let head = chunks[0].content
    let kind = Array(head[8...])
    width = Self.word(head[0..<4])
    height = Self.word(head[4..<8])
    channels = head[9] == 2 ? 3 : 1
    try #require(kind == [8, channels == 1 ? 0 : 2, 0, 0, 0])
    let line = width * channels + 1
    var lines = [UInt8](repeating: 0, count: line * height)
    var length = UInt(lines.count)
    let packed = chunks[1].content
    try #require(uncompress(&lines, &length, packed, UInt(packed.count)) == Z_OK)
    try #require(Int(length) == lines.count)
    let starts = stride(from: 0, to: lines.count, by: line)
    let filters = starts.map { lines[$0] }
    try #require(filters.allSatisfy { $0 == 0 })
    pixels = Array(starts.map { lines[($0 + 1)..<($0 + line)] }.joined())
  }

  private static func word(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reduce(0) { $0 << 8 | Int($1) }
  }

  private static func chunks(_ png: [UInt8]) throws -> [(name: String, content: [UInt8])] {
    let signature = Array(png.prefix(8))
    try #require(signature == [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10])
    var result: [(String, [UInt8])] = []
    var place = 8
    while place < png.count {
      let length = word(png[place..<(place + 4)])
      let body = Array(png[(place + 4)..<(place + 8 + length)])
      let sum = word(png[(place + 8 + length)..<(place + 12 + length)])
      try #require(Int(crc32(0, body, UInt32(body.count))) == sum)
      result.append((String(decoding: body.prefix(4), as: UTF8.self), Array(body.dropFirst(4))))
      place += 12 + length
    }
    return result
  }
}
