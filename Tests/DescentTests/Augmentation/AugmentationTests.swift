import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// What each augmentation does to images, and how often.
@Suite struct AugmentationTests {
  private static let shape = [6, 5, 2]

  /// An image as lines of pixels, each its channels.
  private static func lines(_ values: [Float]) -> [[[Float]]] {
    (0..<6).map { y in (0..<5).map { x in Array(values[(y * 5 + x) * 2..<(y * 5 + x) * 2 + 2]) } }
  }

  @Test func flipsMirror() throws {
    let data = try imageRows(3)
    let originals = data.floats
    let wide = try augmented([HorizontalFlip(probability: 1)], data)
    let tall = try augmented([VerticalFlip(probability: 1)], data)
    for row in 0..<3 {
      let original = Self.lines(Array(originals[row * 60..<(row + 1) * 60]))
      #expect(Self.lines(wide[row]) == original.map { $0.reversed() })
      #expect(Self.lines(tall[row]) == original.reversed())
    }
  }

  /// A row is changed as often as it is to be: 4,000 draws deviate by less than five standard deviations.
  @Test(arguments: [0.0, 0.25, 0.5, 1])
  func probabilitiesAreKept(probability: Double) throws {
    let data = try imageRows(4000, shape: [1, 3, 1])
    let found = try augmented([HorizontalFlip(probability: probability)], data)
    let changed = (0..<4000).count { found[$0][0] != data.floats[$0 * 3] }
    let deviation = (4000 * probability * (1 - probability)).squareRoot()
    #expect(abs(Double(changed) - 4000 * probability) <= 5 * deviation)
  }

  /// Each place of a crop is as likely as any other, and both axes are independent.
  @Test func cropsAreUniform() throws {
    let image: [Float] = (1...25).map { Float($0) }
    let count = 2500
    let data = Dataset(
      features: .floats((0..<count).flatMap { _ in image }), shape: [5, 5, 1],
      targets: .classes([Int32](repeating: 0, count: count), names: ["a"]))
    var places: [Int: Int] = [:]
    for row in try augmented([RandomCrop(padding: 2)], data) {
      // The middle pixel tells where the crop was taken.
      places[Int(row[12]), default: 0] += 1
      let (y, x) = ((Int(row[12]) - 1) / 5, (Int(row[12]) - 1) % 5)
      let expected = moved(
        image, height: 5, width: 5, channels: 1, by: .shift(right: 2 - x, down: 2 - y),
        fill: ImageFill())
      #expect(row == expected)
    }
    #expect(Set(places.keys) == Set(1...25))
    let square = places.values.reduce(0.0) { $0 + Double(($1 - 100) * ($1 - 100)) / 100 }
    // χ² with 24 degrees of freedom is above 60 once in 20,000 times.
    #expect(square < 60)
  }

  @Test func shiftsReachTheirLimit() throws {
    let data = try imageRows(400, shape: [10, 4, 1])
    let found = try augmented([Shift(0.2, width: 0, fill: ImageFill(value: 9))], data)
    let lost = found.map { row in (0..<10).count { row[$0 * 4] == 9 } }
    #expect(Set(lost) == [0, 1, 2])
    let bottom = found.count { $0[36] == 9 }
    let top = found.count { $0[0] == 9 }
    #expect(bottom > 80 && top > 80)
    #expect(found.allSatisfy { $0[0] != 9 || $0[36] != 9 })
  }

  @Test func erasingCoversARectangle() throws {
    let shape = [12, 10, 3]
    let data = try imageRows(300, shape: shape)
    let erasing = RandomErasing(area: 0.1...0.3, ratio: 0.5...2, value: 7, probability: 1)
    var (areas, ratios): ([Double], [Double]) = ([], [])
    for (row, values) in try augmented([erasing], data).enumerated() {
      let covered = (0..<120).filter { place in
        let isCovered = values[place * 3] == 7
        #expect((0..<3).allSatisfy { (values[place * 3 + $0] == 7) == isCovered })
        if !isCovered { #expect(values[place * 3] == data.floats[row * 360 + place * 3]) }
        return isCovered
      }
      let (lines, columns) = (Set(covered.map { $0 / 10 }), Set(covered.map { $0 % 10 }))
      #expect(covered.count == lines.count * columns.count)
      areas.append(Double(covered.count) / 120)
      ratios.append(Double(lines.count) / Double(columns.count))
    }
    // Sides are rounded to whole pixels.
    #expect(areas.allSatisfy { (0.06...0.38).contains($0) })
    #expect(abs(areas.reduce(0, +) / 300 - 0.2) < 0.02)
    #expect(ratios.allSatisfy { (0.35...2.8).contains($0) })
    #expect(ratios.contains { $0 > 1.5 } && ratios.contains { $0 < 0.67 })
  }

  /// What does not fit into an image is left.
  @Test func erasingOfLinesLeavesThem() throws {
    let data = try imageRows(20, shape: [1, 9, 1])
    let erasing = RandomErasing(area: 0.9...1, ratio: 3...3, probability: 1)
    #expect(try augmented([erasing], data).flatMap { $0 } == data.floats)
  }

  /// By a number within its limits for each image, about 0 or about the image's mean; bytes stay bytes' size.
  @Test(arguments: [Brightness(0.5), Contrast(0.5)] as [any Augmentation], [false, true])
  func valuesAreScaled(augmentation: any Augmentation, areBytes: Bool) throws {
    let count = 200
    let values = noise(count * 60, seed: 8).map { (($0 + 1) * 127.5).rounded() }
    let data = Dataset(
      features: areBytes ? .bytes(values.map { UInt8($0) }) : .floats(values), shape: Self.shape,
      targets: .classes([Int32](repeating: 0, count: count), names: ["a"]))
    var factors: [Double] = []
    for (row, found) in try augmented([augmentation], data).enumerated() {
      let original = values[row * 60..<(row + 1) * 60].map { Double($0) }
      let middle = augmentation is Contrast ? original.reduce(0, +) / 60 : 0
      // The value that moves most, where it was not cut off.
      let place = try #require(
        original.indices.filter { (1..<254).contains(found[$0]) }
          .max { abs(original[$0] - middle) < abs(original[$1] - middle) })
      let factor = (Double(found[place]) - middle) / (original[place] - middle)
      factors.append(factor)
      for (value, before) in zip(found, original) {
        let free = middle + factor * (before - middle)
        #expect(abs(Double(value) - (areBytes ? min(255, max(0, free)) : free)) < 1e-2)
      }
    }
    #expect(factors.allSatisfy { $0 > 0.499 && $0 < 1.501 })
    #expect(factors.contains { $0 < 0.6 } && factors.contains { $0 > 1.4 })
  }

  @Test func anglesAndFactorsReachTheirLimits() {
    let draws = (0..<500).map {
      AugmentationDraws(CounterRandom(seed: 2, purpose: .augmentation, step: $0), position: 0)
    }
    let angles = draws.map { draws in
      let move = Rotation(30).move(height: 9, width: 9, draws: draws)
      return atan2(move.c, move.a) * 180 / .pi
    }
    #expect(angles.allSatisfy { abs($0) <= 30 })
    #expect(angles.contains { $0 > 28 } && angles.contains { $0 < -28 })
    let sizes = draws.map { 1 / Zoom(0.25).move(height: 9, width: 9, draws: $0).a }
    #expect(sizes.allSatisfy { (0.75...1.25).contains($0) })
    #expect(sizes.contains { $0 > 1.23 } && sizes.contains { $0 < 0.77 })
  }

  // MARK: - Draws

  /// What is drawn for a row follows from seed, epoch and place, whatever rows are gathered with it.
  @Test func drawsBelongToPlaces() throws {
    let data = try imageRows(12)
    let list: [any Augmentation] = [HorizontalFlip(), RandomCrop(padding: 2), RandomErasing()]
    let whole = try augmented(list, data, epoch: 3, seed: 9)
    let end = try data.rows(Array(5..<12))
    #expect(try augmented(list, end, epoch: 3, firstPlace: 5, seed: 9) == Array(whole[5...]))
    #expect(try augmented(list, data, epoch: 4, seed: 9) != whole)
    #expect(try augmented(list, data, epoch: 3, seed: 8) != whole)
    #expect(try augmented(list, data, epoch: 3, firstPlace: 1, seed: 9) != whole)
  }

  /// Draws of one augmentation say nothing about another's of the same kind.
  @Test func positionsInTheListAreIndependent() throws {
    let data = try imageRows(2000, shape: [2, 2, 1])
    let found = try augmented([HorizontalFlip(), HorizontalFlip()], data)
    let changed = (0..<2000).count { found[$0][0] != data.floats[$0 * 4] }
    #expect(abs(changed - 1000) < 120)
  }

  /// Moves of one fill are one move; another fill ends it.
  @Test func movesWithOneFillAreOne() throws {
    let data = try imageRows(50, shape: [5, 5, 1])
    let list: [any Augmentation] = [RandomCrop(padding: 2), RandomCrop(padding: 2)]
    // Out and back again: as one move nothing is lost.
    let plain = try augmented(list, data)
    let parted = try augmented([list[0], RandomCrop(padding: 2, fill: ImageFill(value: 1))], data)
    #expect(
      plain.flatMap { $0 }.count { $0 == 0 } < parted.flatMap { $0 }.count { $0 == 0 || $0 == 1 })
  }
}
