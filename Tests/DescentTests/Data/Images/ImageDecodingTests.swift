import Foundation
import ImageFiles
import Testing

@testable import DescentCore
@testable import DescentData

/// Every kind of file that cameras and drawing programs leave, byte for byte as Pillow has it.
@Suite struct ImageDecodingTests {
  @Test(arguments: ImageFixtures.expectations.filter { $0.words[0] == "decode" })
  func filesAreDecodedAsByPillow(expected: ImageFixtures.Expectation) throws {
    let pixels = try ImageFixtures.pixels(expected.file)
    #expect(pixels.height == expected.height && pixels.width == expected.width)
    let encoding = ImageEncoding(
      height: expected.height, width: expected.width, channels: expected.channels)
    #expect(checksum(pixels.encoded(encoding).bytes) == expected.checksum)
  }

  @Test(
    arguments: ImageFixtures.expectations.filter { $0.words[0] != "decode" })
  func imagesAreResizedAsByPillow(expected: ImageFixtures.Expectation) throws {
    let encoding = ImageEncoding(
      height: expected.height, width: expected.width, channels: expected.channels,
      resize: try #require(.init(rawValue: expected.words[0])),
      interpolation: try #require(.init(rawValue: expected.words[2])))
    let pixels = try ImageFixtures.pixels(expected.file).encoded(encoding)
    #expect(pixels.height == expected.height && pixels.width == expected.width)
    #expect(checksum(pixels.bytes) == expected.checksum)
  }

  /// The fixtures say which file each expectation is about; none may be missing.
  @Test func allExpectationsAreThere() {
    #expect(ImageFixtures.expectations.count > 100)
  }

  @Test(arguments: [
    ("empty.png", "is empty"), ("text.png", "is no PNG or JPEG file"),
    ("gif.png", "is a GIF file, which is not read"), ("cut-off.png", "is cut off"),
    ("damaged.png", "cannot be decoded"), ("cut-off.jpg", "is cut off"),
    ("headless.jpg", "is cut off"), ("bomb.png", "is cut off"), ("endless.png", "is cut off"),
    ("bomb.jpg", "is cut off"), ("sizeless.png", "states a size of 0 × 5 pixels"),
  ])
  func damagedFilesAreRefused(name: String, problem: String) throws {
    let fault = #expect(throws: ImageFault.self) { try ImageFixtures.pixels(name) }
    #expect(fault?.problem.contains(problem) ?? false, "\(fault?.problem ?? "none")")
  }

  /// Bytes that nobody needs before the end cost no pixel, and are spoken of.
  @Test func harmlessDamageIsSteppedOver() throws {
    let file = try FileBytes(contentsOf: ImageFixtures.path("extraneous.jpg"))
    var warning: String?
    let pixels = try Pixels(decoding: file.bytes, ImageHeader(of: file.bytes), warning: &warning)
    #expect(warning?.contains("extraneous bytes") ?? false)
    #expect(try pixels == ImageFixtures.pixels("colour.jpg"))
  }

  /// A file cut anywhere is refused, or whole in every pixel, and never crashes.
  @Test(arguments: ["colour.png", "colour.jpg", "progressive.jpg", "turned-6.jpg", "palette.png"])
  func filesCutAnywhereAreRefused(name: String) throws {
    let bytes = try FileBytes(contentsOf: ImageFixtures.path(name)).bytes
    let whole = try ImageFixtures.pixels(name)
    for length in stride(from: 0, to: bytes.count, by: 7) {
      var warning: String?
      let cut = Array(bytes[..<length])
      let pixels = try? Pixels(decoding: cut, ImageHeader(of: cut), warning: &warning)
      #expect(pixels == nil || pixels == whole, "\(length) bytes")
    }
  }

  /// Any byte may be another: what is read has the size that its header says.
  @Test(arguments: ["colour.png", "progressive.jpg", "turned-6.jpg", "cmyk.jpg"])
  func filesOfOtherBytesNeverCrash(name: String) throws {
    let bytes = try FileBytes(contentsOf: ImageFixtures.path(name)).bytes
    for place in stride(from: 0, to: min(bytes.count, 700), by: 3) {
      var damaged = bytes
      damaged[place] ^= 0x41
      var warning: String?
      guard let header = try? ImageHeader(of: damaged), header.decodingBytes < 1e8,
        let pixels = try? Pixels(decoding: damaged, header, warning: &warning)
      else { continue }
      #expect(pixels.width == header.seenSize.width && pixels.height == header.seenSize.height)
    }
  }
}
