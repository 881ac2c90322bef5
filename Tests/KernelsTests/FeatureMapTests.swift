import Foundation
import Testing

@testable import Kernels

/// Feature maps moved, enlarged, and with channels dropped.
@Suite struct FeatureMapTests {
  private static let count = 3
  private static let channelCounts = [1, 3, 15, 16, 17, 33]

  private static func grid(
    _ height: Int, _ width: Int, _ channels: Int, asRows: Bool = false, padding: Float = .nan,
    seed: Int? = nil
  ) -> MapGrid {
    var random = Random(seed ?? 0)
    return MapGrid(count, height, width, channels, asRows: asRows, padding: padding) { _ in
      seed == nil ? .nan : random.float()
    }
  }

  /// Where maps differ from what is expected of each pixel.
  private static func differences(
    _ found: MapGrid, _ expected: (_ map: Int, _ y: Int, _ x: Int, _ channel: Int) -> Float
  ) -> [String] {
    var failures: [String] = []
    for map in 0..<count {
      for y in 0..<found.map.height {
        for x in 0..<found.map.width {
          for channel in 0..<found.channels {
            let (value, wanted) = (found[map, y, x, channel], expected(map, y, x, channel))
            if value != wanted {
              failures.append("\(map), \(y), \(x), \(channel): \(value), not \(wanted)")
            }
          }
        }
      }
    }
    return Array(failures.prefix(3))
  }

  private static let layouts = [(false, false), (false, true), (true, false), (true, true)]

  @Test(arguments: channelCounts, [(0, 0), (2, 1), (-1, -2), (3, -4), (-5, 0), (0, 9), (40, 40)])
  func mapsAreMoved(channels: Int, by move: (Int, Int)) {
    for (wholeInput, wholeOutput) in Self.layouts {
      for (height, width) in [(5, 4), (7, 9), (1, 1)] {
        let x = Self.grid(5, 6, channels, asRows: wholeInput, padding: 0, seed: channels)
        let y = Self.grid(height, width, channels, asRows: wholeOutput)
        for map in 0..<Self.count {
          x.map.copy(map, into: y.map, down: move.0, right: move.1)
        }
        let failures = Self.differences(y) { map, row, column, channel in
          let (i, j) = (row - move.0, column - move.1)
          return (0..<5).contains(i) && (0..<6).contains(j) ? x[map, i, j, channel] : 0
        }
        #expect(failures == [], "\(height) × \(width)")
        #expect(y.wrote() == nil)
      }
    }
  }

  @Test(arguments: KernelSet.available, channelCounts)
  func channelsAreDropped(set: KernelSet, channels: Int) {
    for (wholeInput, wholeOutput) in Self.layouts {
      let x = Self.grid(3, 4, channels, asRows: wholeInput, padding: 0, seed: channels)
      let y = Self.grid(3, 4, channels, asRows: wholeOutput)
      let (key, threshold) = (UInt64(7) << 40 + 3, UInt32(0.4 * 0x1p32))
      for range in [0..<2, 2..<3] {
        set.dropout(
          x.map, maps: range, firstMap: 1000 + range.lowerBound, key: key, threshold: threshold,
          scale: 1.25, into: y.map)
      }
      let failures = Self.differences(y) { map, row, column, channel in
        Reference.dropoutHash(key: key, row: 1000 + map, column: channel) < threshold
          ? 0 : x[map, row, column, channel] * 1.25
      }
      #expect(failures == [])
      #expect(y.wrote() == nil)
    }
  }

  /// Both directions against weights worked out in Double.
  @Test(
    arguments: KernelSet.available, [((4, 3), (2, 3)), ((1, 5), (1, 2)), ((3, 1), (5, 4))])
  func mapsAreEnlarged(set: KernelSet, test: ((Int, Int), (Int, Int))) {
    let ((height, width), (rows, columns)) = test
    func weight(_ output: Int, _ input: Int, _ factor: Int, _ count: Int) -> Double {
      let place = (Double(output) + 0.5) / Double(factor) - 0.5
      return max(0, 1 - abs(min(max(place, 0), Double(count - 1)) - Double(input)))
    }
    func share(_ y: Int, _ x: Int, _ i: Int, _ j: Int) -> Double {
      weight(y, i, rows, height) * weight(x, j, columns, width)
    }
    for channels in Self.channelCounts {
      for asRows in [false, true] {
        let x = Self.grid(height, width, channels, asRows: asRows, seed: channels)
        let y = Self.grid(height * rows, width * columns, channels)
        let d = Self.grid(height * rows, width * columns, channels, padding: 0, seed: channels + 1)
        let dx = Self.grid(height, width, channels, asRows: asRows)
        for range in [0..<1, 1..<3] {
          set.interpolate(x.map, maps: range, into: y.map)
          set.interpolateBackward(d.map, maps: range, into: dx.map)
        }
        var largest = 0.0
        for map in 0..<Self.count {
          for channel in 0..<channels {
            var gradient = [Double](repeating: 0, count: height * width)
            for row in 0..<height * rows {
              for column in 0..<width * columns {
                var value = 0.0
                for i in 0..<height {
                  for j in 0..<width {
                    let share = share(row, column, i, j)
                    value += share * Double(x[map, i, j, channel])
                    gradient[i * width + j] += share * Double(d[map, row, column, channel])
                  }
                }
                largest = max(largest, abs(value - Double(y[map, row, column, channel])))
              }
            }
            for (pixel, wanted) in gradient.enumerated() {
              let found = Double(dx[map, pixel / width, pixel % width, channel])
              largest = max(largest, abs(wanted - found))
            }
          }
        }
        // A place has a rounding of its size, a sum of up to 80 terms below 1 one for each of them.
        #expect(largest <= 100 * unit, "\(channels) channels")
        #expect(largest > 0 || channels < 3)
        for found in [y.wrote(), dx.wrote()] { #expect(found == nil) }
      }
    }
  }
}
