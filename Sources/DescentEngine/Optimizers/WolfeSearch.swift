/// Finds how far to go along a direction in which a function falls: to a point that satisfies the strong Wolfe
/// conditions, f(t) ≤ f(0) + c₁·t·f′(0) and |f′(t)| ≤ c₂·|f′(0)| (Nocedal & Wright 2006, algorithms 3.5 and 3.6).
///
/// A bracket is found by going further, and narrowed by cubic interpolation, as in PyTorch's `strong_wolfe`.
struct WolfeSearch {
  /// A point on the line.
  struct Point: Equatable {
    var step: Double
    var value: Double
    /// The derivative along the direction.
    var slope: Double
  }

  /// c₁
  var decrease = 1e-4
  /// c₂
  var curvature = 0.9
  /// The most points that are looked at.
  var evaluations = 25
  /// Values that differ by less than this share of them are the same but for rounding: of such only slopes tell
  /// (Hager & Zhang 2005, the approximate Wolfe conditions).
  var noise = 0x1p-22
  /// Steps that change no parameter by more than this are none.
  var leastChange = 1e-9

  /// - Parameters:
  ///   - start: the point with the step 0, whose slope is negative.
  ///   - first: the first step to try.
  ///   - largest: the direction's largest element.
  ///   - evaluate: looks at a step.
  /// - Returns: the best point found, which is `start` where none is better.
  func search(
    from start: Point, first: Double, largest: Double, evaluate: (Double) -> Point
  ) -> Point {
    func look(_ step: Double) -> Point {
      let point = evaluate(step)
      let isNumber = point.value.isFinite && point.slope.isFinite
      return isNumber ? point : Point(step: step, value: .infinity, slope: 0)
    }
    func falls(_ point: Point) -> Bool {
      point.value <= start.value + decrease * point.step * start.slope
    }
    func isDone(_ point: Point) -> Bool {
      if falls(point) { return abs(point.slope) <= -curvature * start.slope }
      return abs(point.value - start.value) <= noise * abs(start.value)
        && point.slope >= curvature * start.slope
        && point.slope <= (2 * decrease - 1) * start.slope
    }

    var previous = start
    var point = look(first)
    var count = 1
    // Going on until the point has gone too far.
    while true {
      if isDone(point) { return point }
      if !falls(point) || count > 2 && point.value >= previous.value || point.slope >= 0 { break }
      guard count < evaluations else { return point }
      let next = Self.interpolate(
        previous, point, between: point.step + 0.01 * (point.step - previous.step),
        and: point.step * 10)
      previous = point
      point = look(next)
      count += 1
    }

    // Between the two lies a point that satisfies the conditions.
    var (low, high) = previous.value <= point.value ? (previous, point) : (point, previous)
    var wasNearEnd = false
    while count < evaluations, abs(high.step - low.step) * largest >= leastChange {
      let (least, most) = (min(low.step, high.step), max(low.step, high.step))
      var step = Self.interpolate(low, high, between: least, and: most)
      let margin = 0.1 * (most - least)
      let isNearEnd = min(most - step, step - least) < margin
      if isNearEnd && (wasNearEnd || step >= most || step <= least) {
        step = most - step < step - least ? most - margin : least + margin
        wasNearEnd = false
      } else {
        wasNearEnd = isNearEnd
      }
      let point = look(step)
      count += 1
      if isDone(point) { return point }
      if !falls(point) || point.value >= low.value {
        high = point
        if high.value < low.value { swap(&low, &high) }
      } else {
        if point.slope * (high.step - low.step) >= 0 { high = low }
        low = point
      }
    }
    return low
  }

  /// Where the cubic through two points with their slopes is least, kept within bounds; the middle of them where it
  /// has no least point.
  static func interpolate(
    _ a: Point, _ b: Point, between lower: Double, and upper: Double
  ) -> Double {
    let (first, second) = a.step <= b.step ? (a, b) : (b, a)
    let d1 =
      first.slope + second.slope - 3 * (first.value - second.value) / (first.step - second.step)
    let square = d1 * d1 - first.slope * second.slope
    guard square >= 0 else { return (lower + upper) / 2 }
    let d2 = square.squareRoot()
    let least =
      second.step - (second.step - first.step)
      * ((second.slope + d2 - d1) / (second.slope - first.slope + 2 * d2))
    return least.isFinite ? min(max(least, lower), upper) : (lower + upper) / 2
  }
}
