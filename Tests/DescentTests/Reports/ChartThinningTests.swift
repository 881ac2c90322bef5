import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentReports

@Suite struct ChartThinningTests {
  /// A cost of a million steps with one peak and one dip of a single step each.
  private static let long: [ChartPoint] = {
    let random = CounterRandom(seed: 3, purpose: .noise)
    var points = (0..<1_000_000).map { step in
      ChartPoint(
        Double(step), exp(-Double(step) / 3e5) + 0.1 * Double(random.uniform(UInt64(step))))
    }
    points[654_321].y = 9
    points[123_456].y = -4
    return points
  }()

  @Test func aMillionStepsBecomeFewPointsAndNoPeakIsLost() {
    let range = 0...999_999.0
    let thinned = Self.long.thinned(columns: 700, over: range)
    #expect(thinned.count <= 4 * 701)
    #expect(thinned.contains(ChartPoint(654_321, 9)))
    #expect(thinned.contains(ChartPoint(123_456, -4)))
    #expect(thinned.first == Self.long.first && thinned.last == Self.long.last)
    #expect(zip(thinned, thinned.dropFirst()).allSatisfy { $0.x < $1.x })
    // Every column keeps its least and largest value.
    var known = Set(thinned.map(\.x))
    for column in 0..<700 {
      let start = Int((Double(column) / 700 * 999_999).rounded(.up))
      let end = min(Int((Double(column + 1) / 700 * 999_999).rounded(.up)), Self.long.count)
      let part = Self.long[start..<end]
      let (least, largest) = (part.min { $0.y < $1.y }, part.max { $0.y < $1.y })
      #expect(known.contains(least?.x ?? -1) && known.contains(largest?.x ?? -1))
    }
    known.removeAll()
  }

  @Test func theEnvelopeHasOneRangeAColumn() throws {
    let envelope = Self.long.envelope(columns: 350, over: 0...999_999)
    #expect(envelope.count == 351)
    #expect(envelope.map(\.largest).max() == 9)
    #expect(envelope.map(\.least).min() == -4)
  }

  @Test func shortLinesStayAsTheyAre() {
    let points = (0..<400).map { ChartPoint(Double($0), Double($0 % 7)) }
    #expect(points.thinned(columns: 100, over: 0...399) == points)
    #expect(points.thinned(toAtMost: 400) == points)
    #expect([ChartPoint]().thinned(columns: 5, over: 0...1).isEmpty)
  }

  @Test func gapsStayGaps() {
    var points = (0..<1000).map { ChartPoint(Double($0), 1) }
    points[500].y = .nan
    points[501].y = .infinity
    let thinned = points.thinned(columns: 10, over: 0...999)
    #expect(thinned.filter { !$0.isFinite }.count == 1)
    #expect(thinned.contains { $0.x == 499 } && thinned.contains { $0.x == 502 })
  }

  @Test func aPathKeepsItsOrderAndItsEnd() throws {
    let spiral = (0..<100_000).map { step in
      ChartPoint(cos(Double(step) / 1000), sin(Double(step) / 1000))
    }
    let thinned = spiral.thinned(toAtMost: 4000)
    #expect(thinned.count <= 4001)
    #expect(thinned.first == spiral.first && thinned.last == spiral.last)
  }
}
