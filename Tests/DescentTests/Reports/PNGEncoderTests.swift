import CZlib
import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentReports

@Suite struct PNGEncoderTests {
  /// The chunks of a file, their checksums checked with zlib.
  private func chunks(_ png: [UInt8]) throws -> [(name: String, content: [UInt8])] {
    #expect(Array(png.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10])
    func word(_ place: Int) -> Int { png[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) } }
    var result: [(String, [UInt8])] = []
    var place = 8
    while place < png.count {
      let length = word(place)
      let body = Array(png[(place + 4)..<(place + 8 + length)])
      #expect(Int(crc32(0, body, UInt32(body.count))) == word(place + 8 + length))
      result.append((String(decoding: body.prefix(4), as: UTF8.self), Array(body.dropFirst(4))))
      place += 12 + length
    }
    return result
  }

  @Test(arguments: [1, 3]) func pixelsComeBack(channels: Int) throws {
    let (width, height) = (5, 3)
    let pixels = (0..<(width * height * channels)).map { UInt8($0 * 5) }
    let chunks = try chunks(
      PNGEncoder.encode(pixels, width: width, height: height, channels: channels))
    #expect(chunks.map(\.name) == ["IHDR", "IDAT", "IEND"])
    #expect(chunks[0].content == [0, 0, 0, 5, 0, 0, 0, 3, 8, channels == 1 ? 0 : 2, 0, 0, 0])
    var lines = [UInt8](repeating: 0, count: (width * channels + 1) * height)
    var length = UInt(lines.count)
    let packed = chunks[1].content
    #expect(uncompress(&lines, &length, packed, UInt(packed.count)) == Z_OK)
    #expect(Int(length) == lines.count)
    let rows = stride(from: 0, to: lines.count, by: width * channels + 1).flatMap {
      lines[($0 + 1)..<($0 + 1 + width * channels)]
    }
    #expect(rows == pixels)
  }

  @Test func picturesAreFoundByShapeOrByColumnNames() {
    let bytes = Dataset(features: .bytes(Array(0..<24)), shape: [2, 2, 3])
    #expect(SampleImages(bytes)?.dataURI(row: 1)?.hasPrefix("data:image/png;base64,iVBOR") == true)
    let names = ["pixel_0_0", "pixel_0_1", "pixel_1_0", "pixel_1_1"]
    func table(_ names: [String]) -> Dataset {
      Dataset(features: .floats([0, 1, 2, .nan]), shape: [4], featureNames: names)
    }
    #expect(SampleImages(table(names)) != nil)
    #expect(SampleImages(table(names.reversed())) == nil)
    #expect(SampleImages(table(["a", "b", "c", "d"])) == nil)
  }
}
