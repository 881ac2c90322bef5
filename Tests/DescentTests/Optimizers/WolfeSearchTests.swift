import Foundation
import Testing

@testable import Descent
@testable import DescentEngine

/// The line search on functions whose shape is known.
@Suite struct WolfeSearchTests {
  struct Function: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var value: @Sendable (Double) -> Double
    var slope: @Sendable (Double) -> Double
    /// Whether it is flat somewhere, so that there is a point which satisfies both conditions.
    var hasMinimum = true

    func point(_ step: Double) -> WolfeSearch.Point {
      WolfeSearch.Point(step: step, value: value(step), slope: slope(step))
    }
  }

  static let functions = [
    Function(testDescription: "parabola", value: { ($0 - 3) * ($0 - 3) }, slope: { 2 * ($0 - 3) }),
    Function(
      testDescription: "quartic", value: { pow($0 - 1, 4) - 2 * $0 },
      slope: { 4 * pow($0 - 1, 3) - 2 }),
    Function(
      testDescription: "waves", value: { sin(5 * $0) / 4 - 3 * $0 + $0 * $0 / 8 },
      slope: { 5 * cos(5 * $0) / 4 - 3 + $0 / 4 }),
    Function(
      testDescription: "a wall", value: { $0 < 0.3 ? -$0 - log(0.3 - $0) / 100 : .infinity },
      slope: { -1 + 1 / (100 * (0.3 - $0)) }),
    Function(
      testDescription: "no number beyond 2", value: { (2 - $0).squareRoot() - $0 / 9 },
      slope: { -0.5 / (2 - $0).squareRoot() - 1.0 / 9 }, hasMinimum: false),
  ]

  @Test(arguments: functions, [1e-3, 0.1, 1, 10, 1000])
  func findsAPointThatSatisfiesTheConditions(function: Function, first: Double) {
    let start = function.point(0)
    var count = 0
    let found = WolfeSearch().search(from: start, first: first, largest: 1) {
      count += 1
      return function.point($0)
    }
    #expect(count <= 25)
    #expect(found.step > 0)
    #expect(found.value <= start.value + 1e-4 * found.step * start.slope)
    if function.hasMinimum { #expect(abs(found.slope) <= 0.9 * abs(start.slope)) }
  }

  @Test func staysWhereNothingIsBetter() {
    let start = WolfeSearch.Point(step: 0, value: 1, slope: -1)
    var count = 0
    let found = WolfeSearch(evaluations: 9).search(from: start, first: 1, largest: 1) { step in
      count += 1
      return WolfeSearch.Point(step: step, value: 2, slope: 1)
    }
    #expect(found == start)
    #expect((2...9).contains(count))
    let nothing = WolfeSearch().search(from: start, first: 1, largest: 1) { step in
      WolfeSearch.Point(step: step, value: .nan, slope: .nan)
    }
    #expect(nothing == start)
  }

  /// Of values that are equal but for rounding slopes tell.
  @Test func roundingDoesNotStopIt() {
    let start = WolfeSearch.Point(step: 0, value: 1, slope: -1e-9)
    let found = WolfeSearch().search(from: start, first: 1, largest: 1) { step in
      WolfeSearch.Point(step: step, value: 1 + 1e-8, slope: -1e-10)
    }
    #expect(found.step == 1)
  }

  /// The cubic through (0, 1) with the slope −1 and (1, 1) with the slope 1 is a parabola.
  @Test func cubicsAreInterpolated() {
    let a = WolfeSearch.Point(step: 0, value: 1, slope: -1)
    let b = WolfeSearch.Point(step: 1, value: 1, slope: 1)
    #expect(WolfeSearch.interpolate(a, b, between: 0, and: 1) == 0.5)
    #expect(WolfeSearch.interpolate(b, a, between: 0, and: 1) == 0.5)
    #expect(WolfeSearch.interpolate(a, b, between: 0.6, and: 1) == 0.6)
    let far = WolfeSearch.Point(step: 1, value: .infinity, slope: 0)
    #expect(WolfeSearch.interpolate(a, far, between: 0, and: 1) == 0.5)
  }
}
