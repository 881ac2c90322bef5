import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentReports

@Suite struct PiecewiseLinearTests {
  @Test func encodesAsPyTorchWithTheBinsOfScikitLearn() throws {
    let golden = try EncodingGoldens.read()
    let found = try golden.outputs([PiecewiseLinear(bins: PerAxis(golden.bins))])
    for (row, expected) in zip(found, golden.piecewiseLinear) {
      #expect(row.count == expected.count)
      for (value, other) in zip(row, expected) {
        #expect(abs(value - other) <= 4e-7 * max(1, abs(other)))
      }
    }
  }

  /// The edges are of what the layer takes in, and a scaling before it changes no encoding but by rounding.
  @Test func learnsFromWhatIsBeforeIt() throws {
    let golden = try EncodingGoldens.read()
    let bins = PerAxis(golden.bins.map { max($0, 2) })
    let plain = try golden.outputs([PiecewiseLinear(bins: bins)])
    let scaled = try golden.outputs([Normalization(), PiecewiseLinear(bins: bins)])
    for (value, other) in zip(plain.joined(), scaled.joined()) {
      #expect(abs(value - other) <= 2e-3 * max(1, abs(other)))
    }
  }

  /// Each with the edges that its definition gives by hand.
  @Test(
    arguments: [
      ([], 3, []), ([5, 5, 5], 4, [5]), ([1, 2], 8, [1, 2]), ([1, 1, 2, 9], 2, [1, 2, 9]),
      ([1, 2, 3, 4, 5, 6, 7, 8, 9], 4, [1, 3, 5, 7, 9]), ([1, 2, 3, 4, 5, 6, 7, 8, 9], 1, [1, 9]),
      // What a frequent value saves goes to the others.
      ([0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4], 3, [0, 1, 3, 4]),
      ([1, 2, 3, 4, 9, 9, 9, 9, 9, 9, 9], 3, [1, 3, 4, 9]),
      ([0, 1, 1, 1, 1, 1, 1, 1, 2, 3], 3, [0, 1, 2, 3]),
    ] as [([Float], Int, [Float])])
  func edgesAreQuantiles(values: [Float], bins: Int, edges: [Float]) {
    #expect(QuantileBins.edges(of: values, bins: bins) == edges)
  }

  /// As many different edges as can be had, the least and the greatest value among them, in order.
  @Test(arguments: 0..<40)
  func edgesAreAsManyAsAskedFor(case number: Int) {
    let random = CounterRandom(seed: UInt64(number), purpose: .noise)
    let (count, kinds, bins) = (1 + number * 7, UInt64(1 + number * number), 1 + number % 9)
    let values = (0..<count).map { Float(random.bits(UInt64($0)) % kinds) }.sorted()
    let edges = QuantileBins.edges(of: values, bins: bins)
    #expect(edges.count == min(bins + 1, Set(values).count))
    #expect(edges.first == values.first && (edges.last == values.last || bins == 0))
    #expect(zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 })
    #expect(Set(values).isSuperset(of: edges))
  }

  /// Of many rows some are looked at, the first among them; what is no number is none of a column.
  @Test func columnsAreSortedOfSomeRows() throws {
    var values: [Float] = []
    for row in 0..<20 { values += [Float(19 - row), row % 4 == 0 ? Float.nan : Float(row)] }
    let data = Dataset(features: .floats(values), shape: [2])
    #expect(try data.sortedColumns(ofAtMost: 5) == [[3, 7, 11, 15, 19], []])
    #expect(try data.sortedColumns().map(\.count) == [20, 15])
  }

  @Test func numbersOfBinsAreThoseOfColumns() throws {
    let network = try Network(input: [3], layers: [PiecewiseLinear(bins: [4, 0, 2])])
    #expect(network.outputWidth == 7)
    let error = #expect(throws: DescentError.self) {
      try Network(input: [3], layers: [PiecewiseLinear(bins: [4, 2])])
    }
    #expect(error?.description.contains("2 numbers of bins for 3 columns") ?? false)
  }

  @Test func isFittedToNothingThatIsTrained() throws {
    let error = #expect(throws: DescentError.self) {
      try Network(input: [3], layers: [Dense(3), PiecewiseLinear()])
    }
    #expect(error?.description.contains("would change with every step") ?? false)
    #expect(throws: DescentError.self) {
      try Network(input: [3, 2, 1], layers: [PiecewiseLinear()])
    }
  }

  /// Through the bins to vectors of embedded columns before them, and to numbers that stay as they are.
  @Test func gradientsMatchCentralDifferences() throws {
    let network = try Network(input: [3]) {
      ColumnEmbedding([.init(position: 0, inputs: 3, units: 2)])
      PiecewiseLinear(bins: [2, 0, 4, 1])
      Dense(2)
    }
    let rows = 6
    let trainer = try Trainer(network, cost: MeanSquaredError(), optimizer: SGD(), threads: 1)
    var features = noise(rows * 3, seed: 4)
    for row in 0..<rows { features[3 * row] = Float(row % 3) }
    let data = Dataset(
      features: .floats(features), shape: [3],
      targets: .values(noise(rows * 2, seed: 5), names: ["a", "b"]))
    try trainer.prepare(on: data)
    let check = try GradientCheck(trainer, on: data)
    #expect(check.failures.isEmpty)
    let own = check.rows.filter { $0.kind == PiecewiseLinear.kind }
    #expect(own.map(\.verdict) == [.right])
  }
}
