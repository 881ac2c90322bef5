import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentReports

/// The main directions of paths, against NumPy's singular value decomposition.
@Suite struct PrincipalDirectionsTests {
  struct Golden: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var points: [[Float]]
    var shares: [Double]
    var directions: [[Double]]
    var coordinates: [[Double]]
    var testDescription: String { name }

    static let all: [Golden] = {
      let file = repositoryRoot.appending(path: "Tests/Fixtures/principal/principal.json")
      return (try? JSONDecoder().decode([Golden].self, from: Data(contentsOf: file))) ?? []
    }()

    var path: ParameterPath {
      var path = ParameterPath(length: Matrix.padded(points[0].count))
      for (step, point) in points.enumerated() {
        let vector = AlignedFloats(count: path.length)
        for (index, value) in point.enumerated() { vector.base[index] = value }
        path.append(vector, step: step)
      }
      return path
    }
  }

  @Test func thereAreGoldenPaths() { #expect(Golden.all.count == 4) }

  /// Sums of 48 products of floats are off by 48·2⁻²⁴ ≈ 3·10⁻⁶ of their size at most; a direction turns by that
  /// times the ratio of the first one's variance to its own.
  @Test(arguments: Golden.all, KernelSet.available)
  func areThoseOfNumPy(golden: Golden, kernels: KernelSet) throws {
    let path = golden.path
    let found = PrincipalDirections(
      of: path.points, length: path.length, count: 2, kernels: kernels)
    try #require(found.directions.count == 2)
    for index in 0..<2 {
      let tolerance = 3e-6 * golden.shares[0] / golden.shares[index]
      #expect(abs(found.shares[index] - golden.shares[index]) <= 3e-6 * golden.shares[0])
      let elements = (0..<golden.points[0].count).map {
        Double(found.directions[index].base[$0])
      }
      let cosine = zip(elements, golden.directions[index]).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(abs(cosine) - 1) <= tolerance, "\(cosine)")
    }
    let product = (0..<path.length).reduce(0.0) {
      $0 + Double(found.directions[0].base[$1]) * Double(found.directions[1].base[$1])
    }
    #expect(abs(product) <= 3e-6 * golden.shares[0] / golden.shares[1])
  }

  @Test(arguments: Golden.all)
  func aPlaneHasItsPathsCoordinates(golden: Golden) throws {
    let path = golden.path
    let plane = try #require(ParameterPlane(through: [path], kernels: .best))
    let extent = golden.coordinates.joined().map(abs).max() ?? 1
    for (axis, share) in golden.shares.enumerated() {
      let found = path.points.map { point in
        let place = plane.coordinates(of: point)
        return axis == 0 ? place.x : place.y
      }
      // It begins at the left and above, whichever way NumPy's direction points.
      let sign: Double = golden.coordinates[0][axis] * (axis == 0 ? -1 : 1) < 0 ? -1 : 1
      for (value, expected) in zip(found, golden.coordinates) {
        let tolerance = 2 * (3e-6 * golden.shares[0] / share).squareRoot() * extent
        #expect(abs(value - sign * expected[axis]) <= tolerance)
      }
    }
    #expect(plane.coordinates(of: path.points[path.points.count - 1]) == ChartPoint(0, 0))
    #expect(plane.titles.x.contains("% of the path's variance"))
    // There and back.
    let memory = AlignedFloats(count: path.length)
    plane.write(ChartPoint(0.5, -0.25), into: memory)
    let back = plane.coordinates(of: memory)
    #expect(abs(back.x - 0.5) < 1e-4 && abs(back.y + 0.25) < 1e-4)
  }

  @Test func pointsOnALineHaveOneDirection() throws {
    var path = ParameterPath(length: 16)
    for step in 0..<5 {
      let vector = AlignedFloats(count: 16)
      for index in 0..<16 { vector.base[index] = Float(step * (index - 3)) / 7 }
      path.append(vector, step: step)
    }
    let found = PrincipalDirections(of: path.points, length: 16, count: 2, kernels: .best)
    #expect(found.directions.count == 1 && found.shares[0] > 0.999_999)
    #expect(ParameterPlane(through: [path], kernels: .best) == nil)
    let still = PrincipalDirections(
      of: [path.points[0], path.points[0]], length: 16, count: 2, kernels: .best)
    #expect(still.directions.isEmpty)
    #expect(
      PrincipalDirections(of: [], length: 16, count: 2, kernels: .best).directions.isEmpty)
  }

  @Test(arguments: [1, 2, 3, 17, 60])
  func eigenvectorsAreEigenvectors(size: Int) {
    let random = CounterRandom(seed: 5, purpose: .noise)
    var matrix = SymmetricMatrix(size: size)
    for row in 0..<size {
      for column in 0...row {
        matrix[row, column] = random.uniform(UInt64(row * size + column)) - 0.5
      }
    }
    let (values, vectors) = matrix.eigen()
    #expect(values == values.sorted(by: >))
    for (value, vector) in zip(values, vectors) {
      for row in 0..<size {
        let product = (0..<size).reduce(0.0) { $0 + matrix[row, $1] * vector[$1] }
        #expect(abs(product - value * vector[row]) < 1e-12)
      }
    }
    let trace = (0..<size).reduce(0.0) { $0 + matrix[$1, $1] }
    #expect(abs(values.reduce(0, +) - trace) < 1e-12)
    matrix.center()
    for row in 0..<size {
      #expect(abs((0..<size).reduce(0.0) { $0 + matrix[row, $1] }) < 1e-12)
    }
  }
}
