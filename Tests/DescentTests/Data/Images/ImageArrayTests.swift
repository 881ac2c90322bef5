import Testing

@testable import DescentCore
@testable import DescentData

/// Arrays whose rows are images: [rows, height, width], with channels last, and with channels first.
@Suite struct ImageArrayTests {
  private func array(_ shape: [Int]) -> DataArray {
    let count = shape.reduce(1, *)
    return DataArray(
      name: "x.npy", shape: shape, elements: .bytes((0..<count).map { UInt8($0 % 251) }))
  }

  @Test(arguments: [
    ([2, 6, 5], [6, 5, 1]), ([2, 6, 5, 1], [6, 5, 1]), ([2, 6, 5, 3], [6, 5, 3]),
    ([2, 3, 3, 8], [3, 3, 8]), ([2, 4, 6, 16], [4, 6, 16]), ([2, 1, 4, 64], [1, 4, 64]),
  ])
  func imagesAreHeightWidthChannels(shape: [Int], expected: [Int]) throws {
    #expect(try array(shape).features().shape == expected)
  }

  @Test(arguments: [[2, 3, 6, 5], [2, 1, 28, 28]])
  func channelsFirstAreRefusedOrMoved(shape: [Int]) throws {
    let array = array(shape)
    let error = failure { try array.features() }
    #expect(error?.advice?.contains("data.image.layout: channels_first, or channels_last") ?? false)
    #expect(try array.features(layout: .channelsLast).shape == Array(shape[1...]))
    let (features, moved) = try array.features(layout: .channelsFirst)
    #expect(moved == [shape[2], shape[3], shape[1]])
    guard case .bytes(let bytes) = features, case .bytes(let given) = array.elements else {
      Issue.record("bytes stay bytes")
      return
    }
    let (channels, height, width) = (shape[1], shape[2], shape[3])
    for row in 0..<2 {
      for channel in 0..<channels {
        for y in 0..<height {
          for x in 0..<width {
            #expect(
              bytes[((row * height + y) * width + x) * channels + channel]
                == given[((row * channels + channel) * height + y) * width + x])
          }
        }
      }
    }
  }
}
