import Foundation

/// How numbers and times are put before people.
public enum Figures {
  /// Four significant digits: `0.3124`, `12.50`, `1.250e-05`.
  public static func value(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-infinite" : "infinite" }
    let text = String(format: "%#.4g", value)
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  /// At most four significant digits, or as many as are asked for: `0.001`, `0.00087`, `1e-05`.
  public static func rate(_ value: Double, digits: Int = 4) -> String {
    value.isFinite ? String(format: "%.\(min(max(digits, 1), 17))g", value) : self.value(value)
  }

  /// A share in per cent, of two significant digits: `0.0031 %`, `12 %`; from 100 on a whole number.
  public static func share(_ value: Double) -> String {
    guard value.isFinite else { return self.value(value) }
    return String(format: abs(value) < 0.995 ? "%.2g %%" : "%.0f %%", 100 * value)
  }

  /// A whole number in groups of three digits: `312,000`.
  public static func count(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return value < 0 ? "-" + text : text
  }

  /// `312,000 samples/s`; three significant digits, since more would only flicker.
  public static func throughput(_ samplesPerSecond: Double) -> String {
    guard samplesPerSecond.isFinite, samplesPerSecond >= 0, samplesPerSecond < 1e15 else {
      return "? samples/s"
    }
    if samplesPerSecond < 100 { return String(format: "%.3g samples/s", samplesPerSecond) }
    let unit = pow(10, floor(log10(samplesPerSecond)) - 2)
    return count(Int(((samplesPerSecond / unit).rounded() * unit).rounded())) + " samples/s"
  }

  /// `312k samples/s`, as short as it goes.
  public static func briefThroughput(_ samplesPerSecond: Double) -> String {
    for (unit, size) in [("G", 1e9), ("M", 1e6), ("k", 1e3)]
    where samplesPerSecond >= 0.9995 * size && samplesPerSecond < 1e15 {
      return String(format: "%.3g\(unit) samples/s", samplesPerSecond / size)
    }
    return throughput(samplesPerSecond)
  }

  /// A time to wait, in its two largest units: `42s`, `2m10s`, `1h05m`, `3d04h`.
  public static func wait(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
    let whole = Int(seconds.rounded())
    func pair(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
      "\(large)\(largeUnit)\(small < 10 ? "0" : "")\(small)\(smallUnit)"
    }
    switch whole {
    case ..<60: return "\(whole)s"
    case ..<3600: return pair(whole / 60, "m", whole % 60, "s")
    case ..<86_400: return pair(whole / 3600, "h", whole / 60 % 60, "m")
    default: return pair(whole / 86_400, "d", whole / 3600 % 24, "h")
    }
  }

  /// A time that has passed: `45ms`, `1.4s`, `42s`, and as `wait` from a minute on.
  public static func elapsed(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0 else { return "?" }
    if seconds < 0.9995 { return "\(Int((seconds * 1000).rounded()))ms" }
    if seconds < 9.95 { return String(format: "%.1fs", seconds) }
    return wait(seconds)
  }

  /// A number with its noun, in the plural where that is right: `1 row`, `1,437 rows`.
  public static func plural(_ number: Int, _ noun: String) -> String {
    let ending = number == 1 ? "" : noun.hasSuffix("tch") || noun.hasSuffix("ss") ? "es" : "s"
    return "\(count(number)) \(noun)\(ending)"
  }
}
