import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentReports

@Suite struct FilterImagesTests {
  /// A model whose first kernel has these elements, by the kernel's shape.
  private func model(
    _ input: [Int], _ layers: [any Layer], kernel: ([Int]) -> [Float]
  ) throws -> Model {
    let network = try Network(input: input, layers: layers)
    let parameters = Parameters(layout: network.layout)
    let entry = try #require(
      network.layout.entries.first { $0.specification.name == "kernel" })
    parameters.set(entry, to: kernel(entry.specification.shape))
    return Model(
      network: network, signature: ModelSignature(outputs: .values([])), parameters: parameters)
  }

  private func rows(_ shape: [Int], names: [String] = []) -> Dataset {
    let count = shape.reduce(1, *)
    return Dataset(
      features: .floats((0..<count).map(Float.init)), shape: shape, featureNames: names)
  }

  private func pictures(_ filters: FilterImages) throws -> [[DecodedPNG]] {
    try filters.filters.map { try $0.images.map { try DecodedPNG(address: $0) } }
  }

  /// Zero is grey, and each filter's largest weight as far from it as can be; what is no number is nothing.
  @Test func aWindowOverGreyPicturesIsGrey() throws {
    let shape = [4, 4, 1]
    let model = try model(shape, [Rescaling(scale: 2), Conv2D(2, kernelSize: [2, 3]), Flatten()]) {
      #expect($0 == [2, 3, 1, 2])
      return [0, 5, 1, 5, -2, 5, 2, -5, .nan, 0, -1, 2.5]
    }
    let filters = try #require(FilterImages(model, of: rows(shape)))
    #expect((filters.layer, filters.isWindow, filters.count) == ("conv2d", true, 2))
    #expect((filters.height, filters.width, filters.channels) == (2, 3, 1))
    #expect(filters.filters.map(\.number) == [1, 2])
    let found = try pictures(filters).map { try #require($0.first) }
    #expect(found.allSatisfy { ($0.width, $0.height, $0.channels) == (3, 2, 1) })
    #expect(found.map(\.pixels) == [[128, 191, 0, 255, 128, 64], [255, 255, 255, 0, 128, 191]])
  }

  @Test(arguments: [(3, 1, 3), (2, 2, 1), (10, 8, 1)])
  func channelsAreColoursOrPicturesOfTheirOwn(channels: Int, images: Int, each: Int) throws {
    let shape = [5, 5, channels]
    let model = try model(shape, [Conv2D(1, kernelSize: 2), Flatten()]) { _ in
      (0..<4 * channels).map { $0 % channels == 1 ? -1 : 1 }
    }
    let filters = try #require(FilterImages(model, of: rows(shape)))
    let found = try pictures(filters)[0]
    #expect(found.count == images && found.allSatisfy { $0.channels == each })
    let all: [UInt8] = each == 3 ? [255, 0, 255] : [255]
    #expect(found[0].pixels == Array(repeating: all, count: 4).flatMap { $0 })
    if images > 1 { #expect(found[1].pixels == [0, 0, 0, 0]) }
  }

  /// A unit of a dense layer looks at a whole picture; of many those with the largest weights are shown.
  @Test func unitsOverWholePicturesAreShown() throws {
    let shape = [2, 3, 1]
    let network: [any Layer] = [Rescaling(scale: 1), Dropout(0.1), Dense(70), Dense(1)]
    func kernel(_ shape: [Int]) -> [Float] {
      (0..<6).flatMap { input -> [Float] in
        Array(repeating: 0.5, count: 6) + Array(repeating: Float(input - 2), count: 64)
      }
    }
    let model = try model(shape, network, kernel: kernel)
    let filters = try #require(FilterImages(model, of: rows(shape)))
    #expect((filters.layer, filters.isWindow, filters.count) == ("dense", false, 70))
    #expect(filters.filters.map(\.number) == Array(7...70))
    let first = try #require(pictures(filters).first?.first)
    #expect(
      first == DecodedPNG(width: 3, height: 2, channels: 1, pixels: [43, 85, 128, 170, 213, 255]))
  }

  @Test func columnsOfATableMayBePixels() throws {
    let names = ["p_0_0", "p_0_1", "p_1_0", "p_1_1"]
    let model = try model([4], [Dense(2)]) { _ in [Float](repeating: 1, count: 8) }
    #expect(FilterImages(model, of: rows([4], names: names))?.filters.count == 2)
    #expect(FilterImages(model, of: rows([4], names: names.reversed())) == nil)
    #expect(FilterImages(model, of: rows([4])) == nil)
  }

  /// Single pixels, sequences, and what other layers have made of a picture are none.
  @Test(
    arguments: [
      ([4, 4, 1], [Conv2D(2, kernelSize: 1), Flatten()]),
      ([4, 4], [Conv1D(2, kernelSize: 3), Flatten()]),
      ([4, 4, 1], [MaxPooling2D(2), Dense(2)]),
    ] as [([Int], [any Layer])])
  func whatIsNoPictureIsNotShown(shape: [Int], layers: [any Layer]) throws {
    let model = try model(shape, layers) { [Float](repeating: 1, count: $0.reduce(1, *)) }
    #expect(FilterImages(model, of: rows(shape)) == nil)
  }
}
