import Testing

@testable import Descent
@testable import DescentEngine

@Suite struct InitializationTests {
  private func trainer(seed: UInt64, threads: Int = 2) throws -> Trainer {
    try Trainer(
      Network(input: [300]) {
        Dense(200, activation: .relu)
        BatchNormalization()
        Dense(100)
      },
      cost: .meanSquaredError, optimizer: .adam(), seed: seed, threads: threads)
  }

  private func elements(_ trainer: Trainer, _ number: Int) -> [Float] {
    trainer.parameters.elements(of: trainer.network.layout.entries[number])
  }

  @Test func glorotUniformHasItsBoundsAndMoments() throws {
    let trainer = try trainer(seed: 1)
    for (number, fan) in [(0, 300 + 200), (6, 200 + 100)] {
      let values = elements(trainer, number).map { Double($0) }
      let limit = (6 / Double(fan)).squareRoot()
      let count = Double(values.count)
      #expect(values.allSatisfy { abs($0) <= limit })
      // With 20,000 numbers and more the chance that none comes within a thousandth of a bound is e⁻¹⁰.
      #expect((values.max() ?? 0) > 0.999 * limit && (values.min() ?? 0) < -0.999 * limit)
      let mean = values.reduce(0, +) / count
      let square = values.reduce(0) { $0 + $1 * $1 } / count
      // Five standard errors: the variance of a uniform number is limit²/3, that of its square 4/45·limit⁴.
      #expect(abs(mean) < 5 * limit / (3 * count).squareRoot())
      #expect(abs(square - limit * limit / 3) < 5 * limit * limit * (4 / 45 / count).squareRoot())
    }
  }

  @Test func theOthersBeginAsInKeras() throws {
    let trainer = try trainer(seed: 1)
    for (number, value) in [(1, 0), (2, 1), (3, 0), (4, 0), (5, 1), (7, 0)] as [(Int, Float)] {
      #expect(elements(trainer, number).allSatisfy { $0 == value })
    }
  }

  @Test func theSeedDecidesEveryBit() throws {
    let first = RunBits(try trainer(seed: 7, threads: 1))
    #expect(RunBits(try trainer(seed: 7, threads: 3)) == first)
    let other = RunBits(try trainer(seed: 8))
    #expect(other.parameters != first.parameters)
    // Layers of the same shape do not begin alike.
    let twins = try Trainer(
      Network(input: [20]) {
        Dense(20)
        Dense(20)
      }, cost: .meanSquaredError, optimizer: .adam())
    #expect(elements(twins, 0) != elements(twins, 2))
  }

  @Test func transposedCopiesAreTransposed() throws {
    let trainer = try trainer(seed: 4)
    for entry in trainer.network.layout.entries where !entry.specification.copies.isEmpty {
      let copy = try #require(entry.copy(.transposed, in: trainer.parameters.copies))
      let values = trainer.parameters.view(entry)
      #expect(copy.rows == entry.columns && copy.columns == entry.rows)
      for row in 0..<entry.rows {
        for column in 0..<entry.columns where values[row, column] != copy[column, row] {
          Issue.record("row \(row), column \(column)")
        }
      }
    }
  }
}
