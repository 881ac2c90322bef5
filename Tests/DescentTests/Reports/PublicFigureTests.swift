import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentReports

/// What draws and words figures takes any: none ends the process.
@Suite struct PublicFigureTests {
  private static let numbers: [Double] = [
    0, -0.0, 1, -1, 1e-320, -1e-320, .leastNormalMagnitude, 1e308, -1e308, .greatestFiniteMagnitude,
    -.greatestFiniteMagnitude, .infinity, -.infinity, .nan, 9.3e18, -9.3e18,
  ]
  private static let integers = [0, 1, -1, 2, 7, .max, .min, .max - 1, 1 << 40]

  @Test func figuresAreWords() {
    for number in Self.numbers {
      for text in [
        Figures.value(number), Figures.rate(number), Figures.share(number),
        Figures.throughput(number), Figures.briefThroughput(number), Figures.wait(number),
        Figures.elapsed(number),
      ] { #expect(!text.isEmpty) }
      for digits in Self.integers { #expect(!Figures.rate(number, digits: digits).isEmpty) }
    }
    for integer in Self.integers { #expect(Figures.plural(integer, "row").contains("row")) }
  }

  @Test func pointsAreThinned() {
    let points = Self.numbers.flatMap { x in Self.numbers.map { ChartPoint(x, $0) } }
    let ranges: [ClosedRange<Double>] = [
      -1e308...1e308, 0...0, -Double.infinity...Double.infinity, 1e-320...1, 0...1,
    ]
    for range in ranges {
      for count in Self.integers {
        #expect(points.thinned(columns: count, over: range).count <= points.count)
        #expect(points.envelope(columns: count, over: range).count <= points.count)
        #expect(!points.thinned(toAtMost: count).isEmpty)
      }
    }
  }

  @Test func scalesHaveTicks() {
    for lower in Self.numbers {
      for upper in Self.numbers {
        for kind in [ChartScale.Kind.linear, .logarithmic] {
          let scale = ChartScale(kind, from: lower, to: upper)
          for count in Self.integers {
            #expect(scale.ticks(atMost: count, isWhole: count % 2 == 0).count <= 1000)
          }
          for number in Self.numbers { _ = scale.value(at: scale.fraction(of: number)) }
        }
      }
    }
  }

  @Test func chartsAreDrawn() {
    let points = zip(Self.numbers, Self.numbers.reversed()).map { ChartPoint($0, $1) }
    let styles: [ChartSeries.Style] = [.line, .dashed, .band, .path, .contour, .points]
    let limits: [ClosedRange<Double>?] = [
      nil, -1e308...1e308, 0...0, -Double.infinity...Double.infinity,
    ]
    for (index, limit) in limits.enumerated() {
      for kind in [ChartAxis.Kind.linear, .logarithmic, .automatic] {
        let axis = ChartAxis("a\0\u{1F468}", kind: kind, limits: limit, isWhole: index % 2 == 0)
        let chart = LineChart(
          "<&>", x: axis, y: axis,
          series: styles.enumerated().map {
            ChartSeries("s", points, style: $1, color: Self.integers[$0])
          },
          marks: Self.numbers.map { .vertical(x: $0, label: "m") }
            + points.map { .point($0, color: .min) } + [.diagonal])
        for size in Self.numbers {
          #expect(chart.svg(width: size, height: size).hasSuffix("</svg>\n"))
        }
        for size in Self.integers {
          for isUnicode in [false, true] {
            let options = TerminalChart.Options(
              width: min(size, 200), height: min(size, 50), isUnicode: isUnicode,
              isColored: isUnicode)
            #expect(!TerminalChart(chart, options: options).text().isEmpty)
          }
        }
        #expect(
          ChartSheet([[], [chart]], width: .nan, rowHeights: [.nan]).svg().hasSuffix("</svg>\n"))
      }
    }
    for width in Self.integers {
      #expect(
        Sparkline.text(Self.numbers, width: width, isUnicode: true).count <= Self.numbers.count)
    }
  }

  @Test func schedulesHaveARateForAnyStep() {
    let schedules: [any Schedule] = [
      ConstantSchedule(), CosineSchedule(), CosineRestartsSchedule(), ExponentialSchedule(),
      InverseTimeSchedule(), OneCycleSchedule(), PolynomialSchedule(), ReduceOnPlateau(),
      StepSchedule(everyEpochs: 0), StepSchedule(everyEpochs: -1),
      PiecewiseSchedule(boundaries: [], rates: []),
      PiecewiseSchedule(boundaries: [1, 2], rates: [1]),
      PiecewiseSchedule(boundaries: [.nan, .infinity], rates: []),
    ]
    for schedule in schedules {
      for step in Self.integers {
        for others in Self.integers {
          _ = schedule.rate(step: step, stepsPerEpoch: others, horizon: others, base: 0.1)
        }
      }
    }
  }

  @Test func classesThatThereAreNotHaveNoCounts() {
    var matrix = ConfusionMatrix(classes: 2)
    matrix.add(truth: 1, prediction: 0)
    for index in Self.integers where index != 0 && index != 1 {
      #expect(matrix[index, 0] == 0 && matrix[0, index] == 0)
      #expect(matrix.counts(of: index).support == 0)
    }
    #expect(matrix[1, 0] == 1)
  }
}
