import Foundation
import Testing

@testable import Kernels

@Suite struct PoolingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var map: (height: Int, width: Int)
    var size: (Int, Int)
    var stride: (Int, Int)
    var padding: SpatialPadding
    var testDescription: String {
      "\(map.height) × \(map.width) by \(size), stride \(stride), \(padding)"
    }

    init(
      _ map: (Int, Int), _ size: (Int, Int), _ stride: (Int, Int), _ padding: SpatialPadding
    ) {
      self.map = map
      self.size = size
      self.stride = stride
      self.padding = padding
    }

    /// With more channels where maps are small, so that tests stay short.
    var channelCounts: [Int] { map.height * map.width > 100 ? [1, 17] : [1, 3, 15, 16, 17, 33] }

    func window() throws -> MapWindow {
      MapWindow(
        vertical: try #require(
          WindowAxis(input: map.height, size: size.0, stride: stride.0, padding: padding)),
        horizontal: try #require(
          WindowAxis(input: map.width, size: size.1, stride: stride.1, padding: padding)))
    }
  }

  /// Windows that touch, overlap, leave pixels between them and behind the last, reach beyond the map, or are the map.
  static let cases: [Case] = [
    Case((4, 6), (2, 2), (2, 2), .valid), Case((5, 7), (2, 2), (2, 2), .valid),
    Case((5, 7), (2, 2), (2, 2), .same), Case((7, 6), (3, 3), (2, 2), .valid),
    Case((7, 6), (3, 3), (2, 2), .same), Case((5, 5), (3, 3), (1, 1), .same),
    Case((8, 7), (2, 3), (3, 4), .valid), Case((6, 9), (2, 1), (4, 3), .same),
    Case((3, 4), (5, 6), (2, 2), .same), Case((4, 5), (4, 5), (1, 1), .valid),
    Case((1, 70), (1, 2), (1, 2), .valid), Case((3, 70), (2, 2), (2, 2), .valid),
    Case((1, 35), (1, 5), (1, 1), .same),
    Case((1, 1), (1, 1), (1, 1), .valid), Case((20, 20), (17, 18), (1, 1), .valid),
    Case((40, 30), (20, 20), (7, 9), .same),
  ]

  private static let count = 3

  /// Numbers among which there are many equal ones, zeros of both signs, infinities and NaN.
  private static func special(_ index: Int) -> Float {
    let values: [Float] = [0, -0, 1, 1, -1, 2, .infinity, -.infinity, 0.5, -3, 2, 0.25]
    let number = (index &* 0x9e37_79b1) >> 7
    return number % 97 == 0 ? .nan : values[number % values.count]
  }

  private func forEachLayout(
    _ set: KernelSet, _ test: Case,
    _ body: (_ channels: Int, _ asRows: Bool, _ window: MapWindow) -> Void
  ) throws {
    let window = try test.window()
    for channels in test.channelCounts {
      for asRows in [false, true] { body(channels, asRows, window) }
    }
  }

  private func maps(
    _ window: MapWindow, output: Bool = false, _ channels: Int, asRows: Bool = false,
    padding: Float = .nan, _ value: (_ index: Int) -> Float
  ) -> MapGrid {
    MapGrid(
      Self.count, output ? window.vertical.output : window.vertical.input,
      output ? window.horizontal.output : window.horizontal.input, channels, asRows: asRows,
      padding: padding, value)
  }

  /// Where a gradient is not what is expected of each pixel.
  private func differences(
    _ dx: MapGrid, _ expected: [Float], _ map: Int, _ channel: Int
  ) -> [String] {
    expected.indices.compactMap { pixel in
      let (row, column) = (pixel / dx.map.width, pixel % dx.map.width)
      let found = dx[map, row, column, channel]
      return found == expected[pixel]
        ? nil : "dx at \(map), \(row), \(column), \(channel): \(found), not \(expected[pixel])"
    }
  }

  @Test(arguments: KernelSet.available, cases)
  func maximaAndTheirGradients(set: KernelSet, test: Case) throws {
    try forEachLayout(set, test) { channels, asRows, window in
      let x = maps(window, channels, asRows: asRows, Self.special)
      let y = maps(window, output: true, channels) { _ in .nan }
      let silent = maps(window, output: true, channels) { _ in .nan }
      let choices = Grid(
        result: Self.count, KernelSet.choices(of: window, channels: channels), extra: 16)
      // By pieces, as workers take them.
      for range in [0..<2, 2..<3] {
        set.maximumPooling(
          x.map, maps: range, window: window, choices: choices.matrix, into: y.map)
        set.maximumPooling(x.map, maps: range, window: window, choices: nil, into: silent.map)
      }
      var random = Random(channels)
      let d = maps(window, output: true, channels, padding: 0) { _ in random.float() }
      let dx = maps(window, channels, asRows: asRows) { _ in .nan }
      for range in [0..<1, 1..<3] {
        set.maximumPoolingBackward(
          d.map, maps: range, window: window, choices: choices.matrix, into: dx.map)
      }
      var failures: [String] = []
      for map in 0..<Self.count {
        for channel in 0..<channels {
          var expected = [Float](
            repeating: 0, count: window.vertical.input * window.horizontal.input)
          Reference.forEachWindow(window) { row, column in
            let (i, j) = Reference.largest(window, row, column) { x[map, $0, $1, channel] }
            let (found, other) = (y[map, row, column, channel], silent[map, row, column, channel])
            let wanted = x[map, i, j, channel]
            if found.bitPattern != wanted.bitPattern && !(found.isNaN && wanted.isNaN)
              || found.bitPattern != other.bitPattern
            {
              failures.append("y at \(map), \(row), \(column), \(channel)")
            }
            expected[i * window.horizontal.input + j] += d[map, row, column, channel]
          }
          failures += differences(dx, expected, map, channel)
        }
      }
      #expect(failures.prefix(3) == [], "\(channels) channels")
      for found in [y.wrote(), dx.wrote(), choices.firstWriteOutside()] { #expect(found == nil) }
    }
  }

  @Test(arguments: KernelSet.available, cases)
  func sumsMeansAndTheirGradients(set: KernelSet, test: Case) throws {
    for isMean in [false, true] {
      try forEachLayout(set, test) { channels, asRows, window in
        var random = Random(channels)
        let x = maps(window, channels, asRows: asRows) { _ in random.float() }
        let y = maps(window, output: true, channels) { _ in .nan }
        let d = maps(window, output: true, channels, padding: 0) { _ in random.float() }
        let dx = maps(window, channels, asRows: asRows) { _ in .nan }
        for range in [0..<2, 2..<3] {
          set.sumPooling(x.map, maps: range, window: window, isMean: isMean, into: y.map)
          set.sumPoolingBackward(d.map, maps: range, window: window, isMean: isMean, into: dx.map)
        }
        var failures: [String] = []
        for map in 0..<Self.count {
          for channel in 0..<channels {
            var expected = [Float](
              repeating: 0, count: window.vertical.input * window.horizontal.input)
            Reference.forEachWindow(window) { row, column in
              let places = Reference.places(window, row, column)
              let factor: Float = isMean ? 1 / Float(places.count) : 1
              let sum = places.reduce(Float(0)) { $0 + x[map, $1.y, $1.x, channel] }
              if y[map, row, column, channel] != sum * factor {
                failures.append("y at \(map), \(row), \(column), \(channel)")
              }
              let own = d[map, row, column, channel]
              for (_, i, j) in places {
                let place = i * window.horizontal.input + j
                expected[place] =
                  set.isFused
                  ? expected[place].addingProduct(own, factor) : expected[place] + own * factor
              }
            }
            failures += differences(dx, expected, map, channel)
          }
        }
        #expect(failures.prefix(3) == [], "\(channels) channels")
        for found in [y.wrote(), dx.wrote()] { #expect(found == nil) }
      }
    }
  }
}
