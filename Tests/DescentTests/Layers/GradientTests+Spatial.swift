import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Layers over feature maps, and what they compute as plainly as it can be written.
extension GradientTests {
  struct SpatialRow: CustomTestStringConvertible, Sendable {
    var layer: any Layer
    var shape: [Int]
    var reference: @Sendable (_ map: ReferenceMap) -> ReferenceMap
    var testDescription: String { "\(layer.configuration.json()) on \(shape)" }
  }

  static let spatialLayers: [SpatialRow] = poolingLayers

  private static let poolingLayers: [SpatialRow] = [
    SpatialRow(layer: MaxPooling2D(), shape: [5, 4, 3]) { $0.pooled([2, 2], [2, 2], largest) },
    SpatialRow(layer: MaxPooling2D([2, 3], strides: [1, 2], padding: .same), shape: [4, 5, 2]) {
      $0.pooled([2, 3], [1, 2], isSame: true, largest)
    },
    SpatialRow(layer: AveragePooling2D([3, 2]), shape: [7, 4, 2]) {
      $0.pooled([3, 2], [3, 2], mean)
    },
    SpatialRow(layer: AveragePooling2D(3, strides: 2, padding: .same), shape: [5, 6, 2]) {
      $0.pooled([3, 3], [2, 2], isSame: true, mean)
    },
    SpatialRow(layer: MaxPooling1D(3, strides: 2), shape: [10, 3]) {
      $0.pooled([1, 3], [1, 2], largest)
    },
    SpatialRow(layer: AveragePooling1D(padding: .same), shape: [9, 3]) {
      $0.pooled([1, 2], [1, 2], isSame: true, mean)
    },
    SpatialRow(layer: GlobalMaxPooling2D(), shape: [4, 3, 5]) {
      $0.pooled([4, 3], [1, 1], largest)
    },
    SpatialRow(layer: GlobalAveragePooling2D(keepDimensions: true), shape: [4, 3, 5]) {
      $0.pooled([4, 3], [1, 1], mean)
    },
    SpatialRow(layer: GlobalMaxPooling1D(keepDimensions: true), shape: [7, 4]) {
      $0.pooled([1, 7], [1, 1], largest)
    },
    SpatialRow(layer: GlobalAveragePooling1D(), shape: [7, 4]) {
      $0.pooled([1, 7], [1, 1], mean)
    },
  ]

  private static func largest(_ values: [Double]) -> Double { values.max() ?? 0 }
  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  /// With the input in whole rows and as positions, and another trained layer behind.
  @Test(arguments: spatialLayers, [false, true])
  func spatialLayersMatchCentralDifferences(_ row: SpatialRow, asPositions: Bool) throws {
    let width = row.shape.reduce(1, *)
    let network = try Network(input: [Self.inputs]) {
      Dense(width, activation: .tanh)
      asPositions ? Positions(row.shape) as any Layer : Reshape(row.shape)
      row.layer
      Dense(3)
    }
    try check(network, Self.squaredError(of: Linear()), "\(row)") { rows, p in
      let maps = Reference.dense(width, Tanh.kind)(rows, [p[0], p[1]]).map {
        row.reference(ReferenceMap(row.shape, $0)).values
      }
      return Reference.dense(3, Linear.kind)(maps, [p[2], p[3]])
    }
  }
}

/// A feature map of height × width × channels, or of one line of pixels.
struct ReferenceMap {
  let height: Int
  let width: Int
  let channels: Int
  let values: [Double]

  init(_ shape: [Int], _ values: [Double]) {
    channels = shape[shape.count - 1]
    width = shape[shape.count - 2]
    height = shape.count == 3 ? shape[0] : 1
    self.values = values
  }

  subscript(_ y: Int, _ x: Int, _ channel: Int) -> Double {
    values[(y * width + x) * channels + channel]
  }

  /// A map of another size, made pixel by pixel.
  func map(
    _ height: Int, _ width: Int, _ value: (_ y: Int, _ x: Int, _ channel: Int) -> Double
  ) -> ReferenceMap {
    var values: [Double] = []
    for y in 0..<height {
      for x in 0..<width { values += (0..<channels).map { value(y, x, $0) } }
    }
    return ReferenceMap([height, width, channels], values)
  }

  /// What each window's values come to.
  func pooled(
    _ size: [Int], _ strides: [Int], isSame: Bool = false, _ value: ([Double]) -> Double
  ) -> ReferenceMap {
    func before(_ input: Int, _ axis: Int) -> Int {
      guard isSame else { return 0 }
      let output = (input + strides[axis] - 1) / strides[axis]
      return max(0, (output - 1) * strides[axis] + size[axis] - input) / 2
    }
    func count(_ input: Int, _ axis: Int) -> Int {
      isSame
        ? (input + strides[axis] - 1) / strides[axis] : (input - size[axis]) / strides[axis] + 1
    }
    let (top, left) = (before(height, 0), before(width, 1))
    return map(count(height, 0), count(width, 1)) { y, x, channel in
      var inside: [Double] = []
      for i in 0..<size[0] {
        for j in 0..<size[1] {
          let (row, column) = (y * strides[0] + i - top, x * strides[1] + j - left)
          if (0..<height).contains(row), (0..<width).contains(column) {
            inside.append(self[row, column, channel])
          }
        }
      }
      return value(inside)
    }
  }
}
