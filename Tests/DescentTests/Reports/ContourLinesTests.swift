import Foundation
import Testing

@testable import Descent
@testable import DescentReports

/// Contours of surfaces whose lines are known.
@Suite struct ContourLinesTests {
  /// A grid from −2 to 2 in both directions.
  private static let side = 81
  private static let axis = (0..<side).map { -2 + 4 * Double($0) / Double(side - 1) }

  private static func lines(_ level: Double, _ height: (Double, Double) -> Double) -> [[ChartPoint]]
  {
    let heights = axis.flatMap { y in axis.map { height($0, y) } }
    let points = ContourLines.points(heights, x: axis, y: axis, level: level)
    return points.split { !$0.isFinite }.map(Array.init)
  }

  /// An ellipse a·x² + 2b·xy + c·y² = 1, as long as the grid is wide or as narrow as a few of its squares.
  struct Ellipse: Sendable {
    var a: Double
    var b: Double
    var c: Double
    func height(_ x: Double, _ y: Double) -> Double { a * x * x + 2 * b * x * y + c * y * y }
  }

  @Test(arguments: [
    Ellipse(a: 1, b: 0, c: 1), Ellipse(a: 0.3, b: 0, c: 20), Ellipse(a: 9, b: -4, c: 3),
    Ellipse(a: 60, b: 35, c: 21),
  ])
  func aParabolaHasEllipses(ellipse: Ellipse) throws {
    let lines = Self.lines(1, ellipse.height)
    #expect(lines.count == 1)
    let line = try #require(lines.first)
    #expect(line.first == line.last)
    // Between two nodes a parabola of curvature h″ lies at most h″·s²/8 off the straight line.
    let spacing = Self.axis[1] - Self.axis[0]
    let most = 2 * max(ellipse.a, ellipse.c) * spacing * spacing / 8
    for point in line { #expect(abs(ellipse.height(point.x, point.y) - 1) <= most + 1e-12) }
    // The area within is π/√(ac − b²), and in proportion to the height.
    let twice = zip(line, line.dropFirst()).reduce(0) { $0 + $1.0.x * $1.1.y - $1.1.x * $1.0.y }
    let area = Double.pi / (ellipse.a * ellipse.c - ellipse.b * ellipse.b).squareRoot()
    #expect(abs(abs(twice / 2) - area) < 2 * most * area)
  }

  @Test func aPlaneHasStraightLinesThatEndAtItsBorder() throws {
    let lines = Self.lines(0.33) { $0 + 2 * $1 }
    let line = try #require(lines.first)
    #expect(lines.count == 1)
    for point in line { #expect(abs(point.x + 2 * point.y - 0.33) < 1e-12) }
    for end in [line[0], line[line.count - 1]] { #expect(abs(abs(end.x) - 2) < 1e-12) }
  }

  @Test func severalBasinsHaveOneLineEach() {
    let lines = Self.lines(0.2) { x, y in min(hypot(x - 1, y), hypot(x + 1, y - 0.5)) }
    #expect(lines.count == 2 && lines.allSatisfy { $0.first == $0.last })
  }

  @Test(arguments: [0.01, -0.01])
  func linesDoNotCrossInASaddle(level: Double) {
    let lines = Self.lines(level) { $0 * $1 }
    #expect(lines.count == 2)
    // Each branch stays in one quadrant.
    for line in lines {
      #expect(Set(line.map { $0.x > 0 }).count == 1 && Set(line.map { $0.y > 0 }).count == 1)
    }
  }

  @Test func aLevelAtANodeIsMetOnce() {
    let lines = Self.lines(1) { max(abs($0), abs($1)) }
    #expect(lines.count == 1 && lines[0].first == lines[0].last)
    #expect(lines[0].allSatisfy { abs(max(abs($0.x), abs($0.y)) - 1) < 1e-12 })
  }

  @Test func whatIsNotFiniteHasNoLine() {
    let lines = Self.lines(1) { x, y in x > 0 ? .nan : y > 1 ? .infinity : x * x + y * y }
    #expect(!lines.isEmpty)
    #expect(lines.joined().allSatisfy { $0.x <= 0 && $0.y <= 1 })
    #expect(Self.lines(1) { _, _ in .nan }.isEmpty)
    #expect(Self.lines(1) { _, _ in 0.5 }.isEmpty && Self.lines(0.5) { _, _ in 0.5 }.isEmpty)
    #expect(ContourLines.points([], x: [], y: [], level: 1).isEmpty)
  }
}
