import Foundation

/// How numbers are laid along an axis: evenly, or by their logarithm.
public struct ChartScale: Sendable, Equatable {
  public enum Kind: Sendable, Equatable { case linear, logarithmic }

  /// A place on an axis that is named.
  public struct Tick: Sendable, Equatable {
    public var value: Double
    public var label: String
  }

  public let kind: Kind
  public let lower: Double
  public let upper: Double

  /// - Parameters:
  ///   - lower: the least value shown; above 0 on a logarithmic scale.
  ///   - upper: the largest, so far above that the distance is a number. Limits that are none of these show 0 to 1.
  public init(_ kind: Kind, from lower: Double, to upper: Double) {
    let isUsable =
      (upper - lower).isFinite && upper - lower >= .leastNormalMagnitude
      && (kind == .linear || lower > 0)
    self.kind = isUsable ? kind : .linear
    self.lower = isUsable ? lower : 0
    self.upper = isUsable ? upper : 1
  }

  /// Where a value is: 0 at the lower limit, 1 at the upper; not finite for what the scale cannot show.
  public func fraction(of value: Double) -> Double {
    switch kind {
    case .linear: (value - lower) / (upper - lower)
    case .logarithmic: logarithm(of: value) / logarithm(of: upper)
    }
  }

  /// The value at a fraction of the way from the lower limit to the upper.
  public func value(at fraction: Double) -> Double {
    switch kind {
    case .linear: lower + fraction * (upper - lower)
    case .logarithmic: logarithmicValue(at: fraction)
    }
  }

  /// That of a value over the least. The quotient itself may be beyond what a number holds.
  private func logarithm(of value: Double) -> Double {
    let quotient = value / lower
    return quotient.isFinite ? log(quotient) : log(value) - log(lower)
  }

  private func logarithmicValue(at fraction: Double) -> Double {
    let quotient = upper / lower
    return quotient.isFinite
      ? lower * pow(quotient, fraction) : lower * exp(logarithm(of: upper) * fraction)
  }

  /// At most `count` ticks at round numbers: multiples of 1, 2 or 5 times a power of ten, on a logarithmic
  /// scale the powers of ten, with 2 and 5 between where there is room.
  ///
  /// - Parameter isWhole: whether only whole numbers have a meaning.
  public func ticks(atMost count: Int, isWhole: Bool = false) -> [Tick] {
    let count = min(max(count, 2), Self.mostTicks)
    if kind == .logarithmic {
      let powers = logarithmicTicks(atMost: count)
      if powers.count >= 2 { return powers }
    }
    return linearTicks(atMost: count, isWhole: isWhole)
  }

  /// More than any picture has room for.
  private static let mostTicks = 1000

  private func linearTicks(atMost count: Int, isWhole: Bool) -> [Tick] {
    var exponent = Int(floor(log10((upper - lower) / Double(count))))
    if isWhole { exponent = max(exponent, 0) }
    // A limit that is a multiple but for rounding counts as one.
    let slack = 1e-9
    while true {
      for factor in [1.0, 2, 5] {
        let step = factor * pow(10, Double(exponent))
        let first = (lower / step - slack).rounded(.up)
        let last = (upper / step + slack).rounded(.down)
        guard last - first < Double(count) else { continue }
        guard last >= first else { return [] }
        let label = Self.labels(step: step, largest: max(abs(lower), abs(upper)))
        return (0...Int(last - first)).map { index in
          let value = (first + Double(index)) * step
          return Tick(value: value, label: label(value))
        }
      }
      exponent += 1
    }
  }

  private func logarithmicTicks(atMost count: Int) -> [Tick] {
    let first = Int(floor(log10(lower)))
    let last = Int(ceil(log10(upper)))
    func ticks(_ factors: [Double], every stride: Int) -> [Tick] {
      var found: [Tick] = []
      for exponent in Swift.stride(from: first, through: last, by: stride) {
        for factor in factors {
          let value = factor * pow(10, Double(exponent))
          guard value >= lower * (1 - 1e-9), value <= upper * (1 + 1e-9) else { continue }
          found.append(Tick(value: value, label: Self.label(value)))
        }
      }
      return found
    }
    for factors in [[1, 2, 5], [1, 3], [1.0]] {
      let found = ticks(factors, every: 1)
      if found.count <= count { return found }
    }
    var stride = 2
    while true {
      let found = ticks([1], every: stride)
      if found.count <= count { return found }
      stride += 1
    }
  }

  /// How multiples of a step are written: with the decimals that tell them apart, large and small ones with an
  /// exponent.
  private static func labels(step: Double, largest: Double) -> (Double) -> String {
    let place = Int(floor(log10(step) + 1e-9))
    if largest >= 1e6 || place < -5 {
      let decimals = max(0, Int(floor(log10(largest))) - place)
      return { value in
        value == 0 ? "0" : trimmed(String(format: "%.\(min(decimals, 12))e", value))
      }
    }
    return { value in
      let text = String(format: "%.\(max(0, -place))f", value)
      return abs(value) >= 1000 ? grouped(text) : text
    }
  }

  /// A single number with the digits that it needs.
  package static func label(_ value: Double) -> String {
    if value != 0, abs(value) < 0.9995e-4 || abs(value) >= 1e6 {
      return trimmed(String(format: "%.3e", value))
    }
    let text = String(format: "%.4g", value)
    return abs(value) >= 1000 ? grouped(String(format: "%.0f", value)) : text
  }

  /// `1.500e-05` as `1.5e-5`.
  private static func trimmed(_ text: String) -> String {
    let parts = text.split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return text }
    var mantissa = String(parts[0])
    if mantissa.contains(".") {
      while mantissa.hasSuffix("0") { mantissa.removeLast() }
      if mantissa.hasSuffix(".") { mantissa.removeLast() }
    }
    return "\(mantissa)e\(exponent)"
  }

  /// `12000` as `12,000`.
  private static func grouped(_ text: String) -> String {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let isNegative = parts[0].hasPrefix("-")
    let digits = isNegative ? parts[0].dropFirst() : parts[0]
    var whole = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { whole += "," }
      whole.append(digit)
    }
    return (isNegative ? "-" : "") + whole + parts.dropFirst().map { "." + $0 }.joined()
  }
}
