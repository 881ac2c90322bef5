import Testing

@testable import Descent
@testable import DescentCore

struct FiguresTests {
  @Test(arguments: [
    (0.31239, "0.3124"), (12.5, "12.50"), (1234.4, "1234"), (0, "0.000"), (1.25e-5, "1.250e-05"),
    (-0.5, "-0.5000"), (.nan, "NaN"), (.infinity, "infinite"), (-.infinity, "-infinite"),
  ])
  func values(value: Double, text: String) { #expect(Figures.value(value) == text) }

  @Test(arguments: [
    (0.0000314, "0.0031 %"), (0.12, "12 %"), (0.994, "99 %"), (0.9996, "100 %"), (12.3, "1230 %"),
    (-1, "-100 %"), (0, "0 %"), (.nan, "NaN"),
  ])
  func shares(value: Double, text: String) { #expect(Figures.share(value) == text) }

  @Test(arguments: [(0.001, "0.001"), (0.00087, "0.00087"), (1e-5, "1e-05"), (0.123456, "0.1235")])
  func rates(value: Double, text: String) { #expect(Figures.rate(value) == text) }

  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000"),
    (Int.min, "-9,223,372,036,854,775,808"),
  ])
  func counts(value: Int, text: String) { #expect(Figures.count(value) == text) }

  @Test(arguments: [
    (312_345, "312,000 samples/s"), (99.44, "99.4 samples/s"), (100, "100 samples/s"),
    (999_999, "1,000,000 samples/s"), (0, "0 samples/s"), (.nan, "? samples/s"),
    (.infinity, "? samples/s"), (-1, "? samples/s"),
  ])
  func throughputs(value: Double, text: String) { #expect(Figures.throughput(value) == text) }

  @Test(arguments: [
    (312_345, "312k samples/s"), (999_400, "999k samples/s"), (999_999, "1M samples/s"),
    (1_234_000, "1.23M samples/s"), (999.4, "999 samples/s"), (999.6, "1k samples/s"),
    (2.5e9, "2.5G samples/s"), (12, "12 samples/s"), (.nan, "? samples/s"), (1e300, "? samples/s"),
  ])
  func briefThroughputs(value: Double, text: String) {
    #expect(Figures.briefThroughput(value) == text)
  }

  @Test(arguments: [
    (0, "0s"), (42.4, "42s"), (59.6, "1m00s"), (130, "2m10s"), (125, "2m05s"), (3599.7, "1h00m"),
    (3900, "1h05m"), (86_400, "1d00h"), (273_600, "3d04h"), (.infinity, "?"), (.nan, "?"),
    (-1, "?"), (1e300, "?"),
  ])
  func waits(seconds: Double, text: String) { #expect(Figures.wait(seconds) == text) }

  @Test(arguments: [
    (0.0451, "45ms"), (0.9994, "999ms"), (0.9996, "1.0s"), (1.44, "1.4s"), (9.94, "9.9s"),
    (9.96, "10s"), (61, "1m01s"), (.nan, "?"),
  ])
  func elapsedTimes(seconds: Double, text: String) { #expect(Figures.elapsed(seconds) == text) }

  @Test(arguments: [
    (1, "epoch", "1 epoch"), (2, "epoch", "2 epochs"), (2, "batch", "2 batches"),
    (1, "batch", "1 batch"), (1437, "row", "1,437 rows"), (0, "step", "0 steps"),
  ])
  func plurals(number: Int, noun: String, text: String) {
    #expect(Figures.plural(number, noun) == text)
  }
}
