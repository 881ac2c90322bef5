import DescentCore
import ImageFiles

/// A stretch of an image, in pixels and parts of them; of single precision, as Pillow's are.
struct SourceBox {
  var left: Float
  var top: Float
  var right: Float
  var bottom: Float
}

extension Pixels {
  /// The image, or a stretch of it, in another size: first along rows, then along columns, each rounded to bytes.
  ///
  /// Where an image shrinks, filters grow with the pixels, so that every old pixel counts ("antialias"). Weights are
  /// computed in double precision, normalised, and rounded to 22 bits after the point; sums are of integers. The bytes are
  /// those of Pillow's `resize`, and so those of torchvision on its images, on every machine.
  ///
  /// - Parameters:
  ///   - filter: nil takes the pixel in the middle.
  func resampled(
    to size: (width: Int, height: Int), from box: SourceBox, _ filter: ResamplingFilter?
  ) -> Pixels {
    guard let filter else { return picked(to: size, from: box) }
    var result = self
    if size.width != width || box.left != 0 || box.right != Float(size.width) {
      let weights = ResamplingWeights(
        filter, from: (box.left, box.right), of: width, to: size.width)
      result = result.resampledAlongRows(weights)
    }
    if size.height != height || box.top != 0 || box.bottom != Float(size.height) {
      let weights = ResamplingWeights(
        filter, from: (box.top, box.bottom), of: height, to: size.height)
      result = result.resampledAlongColumns(weights)
    }
    return result
  }

  private func picked(to size: (width: Int, height: Int), from box: SourceBox) -> Pixels {
    // Places are added up, so that they are rounded as Pillow's.
    func places(_ count: Int, _ start: Float, _ end: Float, _ extent: Int) -> [Int] {
      let scale = (Double(end) - Double(start)) / Double(count)
      var place = Double(start) + scale * 0.5
      return (0..<count).map { _ in
        defer { place += scale }
        return min(max(Int(place), 0), extent - 1)
      }
    }
    let columns = places(size.width, box.left, box.right, width)
    var picked: [UInt8] = []
    picked.reserveCapacity(size.width * size.height * channels)
    for row in places(size.height, box.top, box.bottom, height) {
      for column in columns {
        let start = (row * width + column) * channels
        for channel in 0..<channels { picked.append(bytes[start + channel]) }
      }
    }
    return Pixels(width: size.width, height: size.height, channels: channels, bytes: picked)
  }

  private func resampledAlongRows(_ weights: ResamplingWeights) -> Pixels {
    let (width, height, channels) = (width, height, channels)
    let count = weights.starts.count
    let result = bytes.withUnsafeBufferPointer { bytes in
      [UInt8](unsafeUninitializedCapacity: height * count * channels) { result, filled in
        var place = 0
        for row in 0..<height {
          for column in 0..<count {
            let start = (row * width + weights.starts[column]) * channels
            for channel in 0..<channels {
              var sum = ResamplingWeights.half
              weights.forEach(of: column) { index, weight in
                sum += weight * Int(bytes[start + index * channels + channel])
              }
              result.initializeElement(at: place, to: ResamplingWeights.byte(sum))
              place += 1
            }
          }
        }
        filled = place
      }
    }
    return Pixels(width: count, height: height, channels: channels, bytes: result)
  }

  private func resampledAlongColumns(_ weights: ResamplingWeights) -> Pixels {
    let count = weights.starts.count
    let rowLength = width * channels
    let result = bytes.withUnsafeBufferPointer { bytes in
      [UInt8](unsafeUninitializedCapacity: count * rowLength) { result, filled in
        for row in 0..<count {
          let start = weights.starts[row] * rowLength
          for place in 0..<rowLength {
            var sum = ResamplingWeights.half
            weights.forEach(of: row) { index, weight in
              sum += weight * Int(bytes[start + index * rowLength + place])
            }
            result.initializeElement(
              at: row * rowLength + place, to: ResamplingWeights.byte(sum))
          }
        }
        filled = count * rowLength
      }
    }
    return Pixels(width: width, height: count, channels: channels, bytes: result)
  }
}
