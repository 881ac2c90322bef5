import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentReports

@Suite struct SampleImagesTests {
  @Test func picturesAreFoundByShapeOrByColumnNames() {
    let names = ["pixel_0_0", "pixel_0_1", "pixel_1_0", "pixel_1_1"]
    func table(_ names: [String]) -> Dataset {
      Dataset(features: .floats([0, 1, 2, .nan]), shape: [4], featureNames: names)
    }
    #expect(SampleImages(table(names)) != nil)
    #expect(SampleImages(table(names.reversed())) == nil)
    #expect(SampleImages(table(["a", "b", "c", "d"])) == nil)
    func arrays(_ shape: [Int]) -> Dataset {
      Dataset(features: .bytes(Array(repeating: 1, count: 24)), shape: shape)
    }
    for shape in [[2, 3], [2, 3, 1], [2, 2, 3], [2, 3, 4]] {
      #expect(SampleImages(arrays(shape)) != nil, "\(shape)")
    }
    for shape in [[24], [1, 24], [24, 1, 1], [2, 2, 3, 2]] {
      #expect(SampleImages(arrays(shape)) == nil, "\(shape)")
    }
  }

  /// Three channels are colours, and any other number of them a mean.
  @Test(arguments: [1, 2, 3, 4]) func channelsAreColoursOrGrey(channels: Int) throws {
    let bytes = (0..<8 * channels).map { UInt8($0 * 3) }
    let images = try #require(
      SampleImages(Dataset(features: .bytes(bytes), shape: [2, 2, channels])))
    let row = Array(bytes[(4 * channels)...])
    let means = (0..<4).map { (pixel: Int) -> UInt8 in
      let values = row[pixel * channels..<(pixel + 1) * channels]
      return UInt8(values.reduce(0) { $0 + Int($1) } / channels)
    }
    let isColour = channels == 3
    let expected = DecodedPNG(
      width: 2, height: 2, channels: isColour ? 3 : 1, pixels: isColour ? row : means)
    let address = try #require(images.dataURI(row: 1))
    #expect(try DecodedPNG(address: address) == expected)
  }

  /// A number that is told from a picture is shown with the picture where it is farthest off.
  @Test func valuesOfPicturesAreShownWithThem() throws {
    let targets: [Float] = [1, 2, 9, 4]
    let shape = [2, 2, 1]
    let data = Dataset(
      features: .floats((0..<16).map { Float($0) }), shape: shape,
      targets: .values(targets, names: ["age"]))
    let network = try Network(input: shape) { Dense(1) }
    let model = Model(
      network: network, signature: ModelSignature(of: data),
      parameters: Parameters(layout: network.layout))
    let judgement = try Judgement(
      model, on: data, role: "test", cost: MeanSquaredError(), threads: 1)
    #expect(judgement.worst.map(\.row) == [3, 4, 2, 1])
    let address = try #require(judgement.worst[0].image)
    #expect(try DecodedPNG(address: address).pixels == [136, 153, 170, 187])
  }
}
