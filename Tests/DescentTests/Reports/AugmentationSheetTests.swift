import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentReports

/// The sheet of augmented images.
@Suite struct AugmentationSheetTests {
  private static func sheet(
    _ shape: [Int], rows: Int = 3, _ augmentation: [any Augmentation]
  ) throws -> DecodedPNG {
    let count = rows * shape.reduce(1, *)
    let data = Dataset(
      features: .bytes((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 41) }), shape: shape,
      targets: .classes((0..<rows).map { Int32($0 % 2) }, names: ["a", "b"]))
    let trainer = try Trainer(
      Network(input: shape, layers: [Flatten(), Dense(2, activation: .softmax)]),
      cost: .categoricalCrossEntropy, optimizer: .adam(), augmentation: augmentation)
    return try DecodedPNG(AugmentationSheet(trainer, on: data).png)
  }

  /// Each line begins with the image as it is; beside it stand eight that are, here, always mirrored.
  @Test(arguments: [1, 3]) func imagesStandBesideTheirVersions(channels: Int) throws {
    // A pixel is a square of 24; 4 lie between images, 16 behind the first.
    let sheet = try Self.sheet([2, 3, channels], [HorizontalFlip(probability: 1)])
    #expect(sheet.channels == channels)
    #expect(sheet.height == 3 * (48 + 4) + 4 && sheet.width == 4 + 72 + 16 + 8 * (72 + 4))
    func pixel(_ y: Int, _ x: Int) -> [UInt8] {
      Array(sheet.pixels[(y * sheet.width + x) * channels..<(y * sheet.width + x + 1) * channels])
    }
    for row in 0..<3 {
      for y in 0..<2 {
        for x in 0..<3 {
          let value = (0..<channels).map {
            UInt8(truncatingIfNeeded: (((row * 2 + y) * 3 + x) * channels + $0) &* 41)
          }
          let top = 4 + row * 52 + y * 24
          #expect(pixel(top, 4 + x * 24) == value && pixel(top + 23, 27 + x * 24) == value)
          for version in 0..<8 {
            #expect(pixel(top, 92 + version * 76 + (2 - x) * 24) == value)
          }
        }
      }
    }
    #expect(pixel(0, 0).allSatisfy { $0 == 255 } && pixel(10, 80).allSatisfy { $0 == 255 })
  }

  /// Of a large image every so many pixels are drawn, and no more rows than there are or eight.
  @Test func largeImagesAreThinned() throws {
    let sheet = try Self.sheet([600, 301, 1], rows: 1, [Rotation()])
    #expect(sheet.height == 200 + 8 && sheet.width == 4 + 101 + 16 + 8 * 105)
    #expect(try Self.sheet([2, 2, 1], rows: 30, [Rotation()]).height == 8 * 76 + 4)
  }

  @Test func nothingIsDrawnOfRowsThatStayAsTheyAre() {
    #expect(throws: DescentError.self) { try Self.sheet([2, 3, 1], []) }
  }
}
