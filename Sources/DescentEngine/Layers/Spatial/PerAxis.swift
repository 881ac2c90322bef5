/// A number for each axis of a feature map, height before width; or one number for all of them.
public struct PerAxis: Sendable, Equatable {
  /// One number, or as many as there are axes.
  public let values: [Int]

  public init(_ values: [Int]) { self.values = values }

  /// The number for an axis.
  /// - Precondition: `fits` so many axes that there is one.
  public subscript(axis: Int) -> Int { values.count == 1 ? values[0] : values[axis] }

  /// Whether it says something of so many axes.
  public func fits(axes: Int) -> Bool { values.count == 1 || values.count == axes }

  /// The numbers for so many axes, one by one.
  public func each(of axes: Int) -> [Int] { (0..<axes).map { self[$0] } }
}

extension PerAxis: ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  public init(integerLiteral value: Int) { self.init([value]) }
  public init(arrayLiteral elements: Int...) { self.init(elements) }
}

extension PerAxis: ConfigConvertible {
  public init?(_ value: ConfigValue) {
    if let number = value.integerValue {
      self.init([number])
    } else if let list = [Int](value) {
      self.init(list)
    } else {
      return nil
    }
  }

  public var configValue: ConfigValue {
    values.count == 1 ? .integer(values[0]) : values.configValue
  }

  /// The largest number there may be, no row being longer: sums and products of two do not overflow.
  static let largest = 1 << 30

  /// What it may be: numbers from `least` on.
  static func type(from least: Int) -> ConfigType {
    .oneOf([.integer(.atLeast(least)), .list(of: .integer(.atLeast(least)), atLeast: 1)])
  }

  /// - Throws: where it has neither one number nor one for each axis, or one is too large.
  func check(axes: Int, _ name: String, _ options: ConfigOptions) throws(DescentError) {
    guard fits(axes: axes) else {
      throw options.error(
        name, "has \(Figures.plural(values.count, "number"))",
        advice: axes == 1
          ? "give it one" : "give it one for each of the \(axes) axes, or one for all of them")
    }
    if let value = values.first(where: { $0 > Self.largest }) {
      throw options.error(
        name, "is \(Figures.count(value))",
        advice: "no row has more than \(Figures.count(Self.largest)) values")
    }
  }
}
