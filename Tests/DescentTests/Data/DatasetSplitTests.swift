import Testing

@testable import Descent
@testable import DescentCore

@Suite struct DatasetSplitTests {
  private func classes(_ sizes: [Int]) -> Dataset {
    let indices = sizes.enumerated().flatMap {
      [Int32](repeating: Int32($0.offset), count: $0.element)
    }
    return Dataset(
      features: .floats((0..<indices.count).map { Float($0) }), shape: [1],
      targets: .classes(indices, names: sizes.indices.map { "c\($0)" }))
  }

  @Test func picksRows() throws {
    let data = Dataset(
      features: .bytes([1, 2, 3, 4, 5, 6]), shape: [2], featureNames: ["a", "b"],
      targets: .values([10, 11, 20, 21, 30, 31], names: ["y", "z"]))
    let rows = try data.rows([2, 0, 2])
    #expect(rows.count == 3)
    #expect(rows.floats == [5, 6, 1, 2, 5, 6])
    #expect(rows.targetValues == [30, 31, 10, 11, 30, 31])
    #expect(rows.featureNames == ["a", "b"])
    #expect(try data.rows([]).count == 0)
  }

  @Test(arguments: [
    ([50, 50], 0.1, [5, 5]), ([70, 20, 10], 0.1, [7, 2, 1]), ([15, 15], 0.1, [2, 1]),
    // Each of two rows or more keeps one on each side, a single one trains.
    ([100, 2, 1], 0.1, [9, 1, 0]), ([2, 2, 2], 0.1, [1, 1, 1]), ([3, 3], 0.9, [2, 2]),
    ([1, 99], 0.5, [0, 50]), ([0, 10], 0.3, [0, 3]), ([33, 33, 34], 0.5, [17, 16, 17]),
  ])
  func sharesOutClasses(sizes: [Int], fraction: Double, quotas: [Int]) throws {
    #expect(Dataset.quotas(sizes: sizes, fraction: fraction) == quotas)
    let (training, validation) = try classes(sizes).split(validationFraction: fraction, seed: 1)
    for (index, quota) in quotas.enumerated() {
      #expect(validation.classes?.count { $0 == index } == quota)
      #expect(training.classes?.count { $0 == index } == sizes[index] - quota)
    }
    #expect((training.floats + validation.floats).sorted() == classes(sizes).floats)
    #expect(training.floats == training.floats.sorted())
  }

  @Test func sharesOutManySmallClassesQuickly() {
    let quotas = Dataset.quotas(sizes: [Int](repeating: 7, count: 65_536), fraction: 0.2)
    #expect(quotas.reduce(0, +) == 91_750)
    #expect(Set(quotas) == [1, 2])
  }

  @Test func dependsOnTheSeedAlone() throws {
    let data = classes([200, 100])
    let first = try data.split(validationFraction: 0.2, seed: 7).validation.floats
    #expect(try data.split(validationFraction: 0.2, seed: 7).validation.floats == first)
    #expect(try data.split(validationFraction: 0.2, seed: 8).validation.floats != first)
  }

  @Test func splitsValuesAtRandom() throws {
    let count = 1000
    let data = Dataset(
      features: .floats((0..<count).map { Float($0) }), shape: [1],
      targets: .values((0..<count).map { Float($0) }, names: ["y"]))
    let (training, validation) = try data.split(validationFraction: 0.25, seed: 3)
    #expect(training.count == 750)
    #expect(validation.count == 250)
    #expect(validation.floats == validation.targetValues)
    // The mean of 250 of 0…999 drawn without replacement: 499.5 ± 15.8.
    let mean = validation.floats.reduce(0, +) / 250
    #expect(abs(mean - 499.5) < 5 * 15.8)
  }

  @Test(arguments: [0, 1, -0.1, 1.5, .nan, .infinity])
  func refusesFractions(fraction: Double) {
    let error = failure { try classes([10, 10]).split(validationFraction: fraction, seed: 1) }
    #expect(error?.kind == .invalidInput)
  }

  @Test func refusesTooFewRows() {
    #expect(failure { try classes([1]).split(validationFraction: 0.5, seed: 1) } != nil)
    #expect(failure { try classes([1, 1, 1]).split(validationFraction: 0.5, seed: 1) } != nil)
  }

  @Test func computesColumnStatistics() throws {
    let table = Dataset(features: .floats([1, 5, 0.1, 3, 5, 0.1, 8, 5, 0.1]), shape: [3])
    let statistics = try ColumnStatistics(of: table)
    #expect(statistics.mean == [4, 5, Double(Float(0.1))])
    #expect(statistics.variance[0].isApproximately(26.0 / 3))
    #expect(statistics.variance[1...] == [1, 1])
    let images = Dataset(features: .bytes([0, 10, 255, 20, 0, 30, 255, 40]), shape: [1, 2, 2])
    let channels = try ColumnStatistics(of: images)
    #expect(channels.mean == [127.5, 25])
    #expect(channels.variance == [16_256.25, 125])
  }

  /// A large mean costs no digits of the variance, as it would with sums of squares.
  @Test func keepsTheVarianceOfLargeNumbers() throws {
    let numbers = (0..<1000).map { Float(10_000_000 + $0 % 2) }
    let statistics = try ColumnStatistics(of: Dataset(features: .floats(numbers), shape: [1]))
    #expect(statistics.mean == [10_000_000.5])
    #expect(statistics.variance == [0.25])
  }
}

extension Double {
  /// Equal but for rounding of the last few bits.
  func isApproximately(_ other: Double) -> Bool {
    abs(self - other) <= 4 * Swift.max(ulp, other.ulp)
  }
}
