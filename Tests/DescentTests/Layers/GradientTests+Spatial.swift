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
    /// The fraction of channels that training drops.
    var dropped = 0.0
    var reference: @Sendable (_ map: ReferenceMap) -> ReferenceMap
    var testDescription: String { "\(layer.configuration.json()) on \(shape)" }
  }

  static let spatialLayers: [SpatialRow] = poolingLayers + otherLayers

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

  private static let otherLayers: [SpatialRow] = [
    SpatialRow(layer: ZeroPadding2D(MapMargin(top: 1, left: 2, right: 1)), shape: [3, 2, 3]) {
      $0.moved(1, 2, to: [4, 5])
    },
    SpatialRow(layer: ZeroPadding1D(before: 2, after: 0), shape: [4, 3]) {
      $0.moved(0, 2, to: [1, 6])
    },
    SpatialRow(layer: Cropping2D(MapMargin(top: 1, bottom: 2, right: 1)), shape: [5, 3, 3]) {
      $0.moved(-1, 0, to: [2, 2])
    },
    SpatialRow(layer: Cropping1D(), shape: [6, 3]) { $0.moved(0, -1, to: [1, 4]) },
    SpatialRow(layer: UpSampling2D([2, 3]), shape: [3, 2, 2]) {
      $0.map(6, 6) { [map = $0] in map[$0 / 2, $1 / 3, $2] }
    },
    SpatialRow(layer: UpSampling2D(2, interpolation: .bilinear), shape: [3, 4, 2]) {
      $0.interpolated(2, 2)
    },
    SpatialRow(layer: UpSampling1D(3), shape: [4, 3]) {
      $0.map(1, 12) { [map = $0] in map[0, $1 / 3, $2] }
    },
    SpatialRow(layer: SpatialDropout2D(0.4), shape: [3, 2, 5], dropped: 0.4) { $0 },
    SpatialRow(layer: SpatialDropout1D(0.3), shape: [4, 5], dropped: 0.3) { $0 },
  ]

  /// By map and channel the factors of the third layer's dropout in the first step.
  private static func channelFactors(rate: Double, channels: Int) -> Rows {
    let ones = AlignedFloats.matrix(rows: rows, columns: channels)
    for row in 0..<rows { for channel in 0..<channels { ones.matrix[row, channel] = 1 } }
    KernelSet.best.dropout(
      ones.matrix, firstRow: 0, key: CounterRandom(seed: 0, purpose: .dropout).bits(2),
      threshold: UInt32(rate * 0x1p32), scale: Float(1 / (1 - rate)), into: ones.matrix)
    return (0..<rows).map { ones.matrix.row($0).map { Double($0) } }
  }

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
      let channels = row.shape[row.shape.count - 1]
      let factors = Self.channelFactors(rate: row.dropped, channels: channels)
      let hidden = Reference.dense(width, Tanh.kind)(rows, [p[0], p[1]])
      let maps = zip(hidden, factors).map { values, factors in
        row.reference(
          ReferenceMap(row.shape, values.indices.map { values[$0] * factors[$0 % channels] })
        ).values
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

  /// The map moved down and to the right in one of another size, zeros around it.
  func moved(_ down: Int, _ right: Int, to size: [Int]) -> ReferenceMap {
    map(size[0], size[1]) { y, x, channel in
      let (row, column) = (y - down, x - right)
      return (0..<height).contains(row) && (0..<width).contains(column)
        ? self[row, column, channel] : 0
    }
  }

  /// Enlarged by factors, on straight lines between the centres of pixels.
  func interpolated(_ rows: Int, _ columns: Int) -> ReferenceMap {
    func shares(_ output: Int, _ factor: Int, _ count: Int) -> [(index: Int, share: Double)] {
      let place = (Double(output) + 0.5) / Double(factor) - 0.5
      let inside = min(max(place, 0), Double(count - 1))
      let first = Int(inside)
      let share = inside - Double(first)
      return [(first, 1 - share), (min(first + 1, count - 1), share)]
    }
    return map(height * rows, width * columns) { y, x, channel in
      shares(y, rows, height).reduce(0) { sum, vertical in
        shares(x, columns, width).reduce(sum) {
          $0 + vertical.share * $1.share * self[vertical.index, $1.index, channel]
        }
      }
    }
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
