import Testing

@testable import DescentReports

@Suite struct PNGEncoderTests {
  @Test(arguments: [1, 3]) func pixelsComeBack(channels: Int) throws {
    let (width, height) = (5, 3)
    let pixels = (0..<(width * height * channels)).map { UInt8($0 * 5) }
    let picture = try DecodedPNG(
      PNGEncoder.encode(pixels, width: width, height: height, channels: channels))
    #expect(picture == DecodedPNG(width: 5, height: 3, channels: channels, pixels: pixels))
  }

  /// Of what is large every so many pixels, the last of a line included where the step meets it.
  @Test func largePicturesAreThinned() throws {
    let address = PNGEncoder.dataURI(height: 193, width: 4, channels: 1) { y, x, _ in UInt8(y + x) }
    let lines = stride(from: 0, through: 192, by: 3).map { [UInt8($0), UInt8($0 + 3)] }
    let expected = DecodedPNG(
      width: 2, height: 65, channels: 1, pixels: Array(lines.joined()))
    #expect(try DecodedPNG(address: address) == expected)
  }
}
