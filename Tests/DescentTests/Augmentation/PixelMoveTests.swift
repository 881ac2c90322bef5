import Kernels
import Testing

@testable import DescentCore
@testable import DescentEngine
@testable import Kernels

/// Moves of pixels against their definition.
@Suite struct PixelMoveTests {
  static let sizes: [[Int]] = [[6, 5, 1], [5, 6, 3], [1, 4, 2], [7, 1, 1]]
  static let fills = [ImageFill(value: -3), ImageFill(.edge), ImageFill(.reflect)]

  private static func shown(_ values: [Float], _ size: [Int], _ move: PixelMove, _ fill: ImageFill)
    -> [Float]
  {
    let original = AlignedFloats(count: values.count)
    _ = UnsafeMutableBufferPointer(start: original.base, count: values.count)
      .update(fromContentsOf: values)
    let result = AlignedFloats(count: values.count)
    func view(_ floats: AlignedFloats) -> ImageView {
      ImageView(base: floats.base, height: size[0], width: size[1], channels: size[2])
    }
    return withExtendedLifetime((original, result)) {
      view(result).show(view(original), moved: move, fill: fill)
      return Array(view(result).values)
    }
  }

  /// Shifts of all sizes, mirrored or not: no value is a new one.
  @Test(arguments: sizes, fills)
  func wholePixelsAreExact(size: [Int], fill: ImageFill) {
    let values = noise(size.reduce(1, *), seed: 1)
    let mirrors = [
      PixelMove.none, .mirror(width: size[1]), .mirror(height: size[0]),
      .mirror(width: size[1]).then(.mirror(height: size[0])),
    ]
    for mirror in mirrors {
      for right in [-9, -2, -1, 0, 1, 3, 20] {
        for down in [-8, -1, 0, 2, 13] {
          let move = mirror.then(.shift(right: right, down: down))
          #expect(move.whole != nil)
          #expect(
            Self.shown(values, size, move, fill)
              == moved(
                values, height: size[0], width: size[1], channels: size[2], by: move, fill: fill),
            "\(move)")
        }
      }
    }
  }

  @Test(arguments: sizes, fills)
  func valuesBetweenPixelsAreBilinear(size: [Int], fill: ImageFill) {
    let values = noise(size.reduce(1, *), seed: 2)
    for seed in 0..<20 as Range<UInt64> {
      let draws = noise(6, seed: 100 + seed).map { Double($0) }
      let move = PixelMove(
        a: 1 + draws[0], b: draws[1], left: 3 * draws[2], c: draws[3], d: 1 - draws[4],
        top: 3 * draws[5])
      let expected = moved(
        values, height: size[0], width: size[1], channels: size[2], by: move, fill: fill)
      for (one, other) in zip(Self.shown(values, size, move, fill), expected) {
        #expect(abs(one - other) < 2e-6)
      }
    }
  }

  /// One move after another shows what both, one by one, show, where nothing of the image is lost in between.
  @Test func movesAreComposedInOrder() {
    let size = [4, 4, 1]
    let values = noise(16, seed: 3)
    let (first, second) = (PixelMove.shift(right: 1, down: 0), PixelMove.mirror(width: 4))
    let fill = ImageFill()
    let once = Self.shown(values, size, first.then(second), fill)
    let twice = Self.shown(Self.shown(values, size, first, fill), size, second, fill)
    #expect(once == twice)
    #expect(once != Self.shown(values, size, second.then(first), fill))
    #expect(first.then(.none) == first && PixelMove.none.then(first) == first)
  }

  /// Whatever a program's own move is: it shows something and touches nothing else.
  @Test(arguments: [Double.nan, .infinity, -1e300, 1e300])
  func movesToNowhereAreHarmless(number: Double) {
    let values = noise(12, seed: 4)
    for fill in Self.fills {
      for move in [
        PixelMove(a: number, b: 0, left: 0, c: 0, d: 1, top: 0),
        .none.then(
          PixelMove(a: 1, b: 0, left: number, c: 0, d: 1, top: number)),
      ] {
        let found = Self.shown(values, [3, 4, 1], move, fill)
        #expect(found.allSatisfy { $0 == -3 || values.contains($0) || fill.mode == .constant })
      }
    }
  }
}
