import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Every initializer's mean, variance and bounds over a matrix of 300 × 200.
@Suite struct InitializerTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var initializer: any Initializer
    var mean = 0.0
    var variance: Double
    /// The fourth central moment over the variance's square: 1.8 of uniform, 3 of normal numbers; less when cut.
    var kurtosis = 3.0
    var bounds: ClosedRange<Double>?
    var testDescription: String { type(of: initializer).kind }
  }

  private static func uniform(_ limit: Double) -> ClosedRange<Double> { -limit...limit }
  private static let cut = 2 / 0.87962566103423978

  static let rows: [Row] = [
    Row(
      initializer: GlorotUniform(), variance: 2 / 500, kurtosis: 1.8,
      bounds: uniform((6 / 500.0).squareRoot())),
    Row(
      initializer: HeUniform(), variance: 2 / 300, kurtosis: 1.8,
      bounds: uniform((6 / 300.0).squareRoot())),
    Row(
      initializer: LecunUniform(), variance: 1 / 300, kurtosis: 1.8,
      bounds: uniform((3 / 300.0).squareRoot())),
    Row(
      initializer: GlorotNormal(), variance: 2 / 500,
      bounds: uniform(cut * (2 / 500.0).squareRoot())),
    Row(
      initializer: HeNormal(), variance: 2 / 300, bounds: uniform(cut * (2 / 300.0).squareRoot())),
    Row(
      initializer: LecunNormal(), variance: 1 / 300,
      bounds: uniform(cut * (1 / 300.0).squareRoot())),
    Row(initializer: RandomNormal(mean: 1, standardDeviation: 2), mean: 1, variance: 4),
    Row(
      initializer: TruncatedNormal(mean: 1, standardDeviation: 2), mean: 1,
      variance: 4 * 0.87962566103423978 * 0.87962566103423978, bounds: -3...5),
    Row(
      initializer: RandomUniform(lower: -1, upper: 3), mean: 1, variance: 16 / 12, kurtosis: 1.8,
      bounds: -1...3),
    Row(initializer: Constant(value: 0.5), mean: 0.5, variance: 0),
    Row(initializer: Zeros(), variance: 0), Row(initializer: Ones(), mean: 1, variance: 0),
  ]

  private static func values(_ initializer: any Initializer, _ rows: Int, _ columns: Int)
    -> [[Double]]
  {
    let memory = AlignedFloats.matrix(rows: rows, columns: columns)
    initializer.fill(
      memory.matrix, fan: (rows, columns),
      random: CounterRandom(seed: 5, purpose: .initialization))
    return (0..<rows).map { memory.matrix.row($0).map { Double($0) } }
  }

  /// As Keras' `compute_fans` has them.
  @Test func fansAreThoseOfKeras() {
    let fans: [([Int], Int, Int)] = [
      ([], 1, 1), ([7], 7, 7), ([5, 3], 5, 3), ([3, 4, 6], 12, 18), ([3, 2, 4, 6], 24, 36),
    ]
    for (shape, input, output) in fans {
      let fan = ParameterSpecification("kernel", shape: shape, initializer: Zeros()).fan
      #expect(fan == (input, output), "\(shape)")
    }
  }

  @Test func tableIsComplete() {
    #expect(
      Set(Self.rows.map(\.testDescription) + [Orthogonal.kind])
        == Set(Registries.initializers.kinds))
  }

  /// Within five standard errors.
  @Test(arguments: rows)
  func hasItsMoments(row: Row) {
    let values = Self.values(row.initializer, 300, 200).flatMap { $0 }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - row.mean) * ($1 - row.mean) } / count
    #expect(abs(mean - row.mean) <= 5 * (row.variance / count).squareRoot())
    #expect(
      abs(variance - row.variance)
        <= 5 * row.variance * ((row.kurtosis - 1) / count).squareRoot())
    if let bounds = row.bounds {
      // One rounding to Float at the bound.
      #expect((values.min() ?? 0) >= bounds.lowerBound * (bounds.lowerBound < 0 ? 1.000001 : 1))
      #expect((values.max() ?? 0) <= bounds.upperBound * 1.000001)
      let width = bounds.upperBound - bounds.lowerBound
      #expect((values.max() ?? 0) > bounds.upperBound - 0.01 * width)
    }
  }

  @Test(arguments: [(7, 4), (4, 7), (30, 30), (1, 5)])
  func orthogonalVectorsAreOrthogonal(shape: (Int, Int)) {
    let (rows, columns) = shape
    let matrix = Self.values(Orthogonal(gain: 2), rows, columns)
    let vectors =
      rows < columns ? matrix : (0..<columns).map { column in matrix.map { $0[column] } }
    for a in vectors.indices {
      for b in vectors.indices {
        let product = zip(vectors[a], vectors[b]).reduce(0) { $0 + $1.0 * $1.1 }
        // Elements of at most 2, each rounded to Float.
        #expect(abs(product - (a == b ? 4 : 0)) <= 4 * Double(vectors[a].count) * 0x1p-24 * 2)
      }
    }
  }
}
