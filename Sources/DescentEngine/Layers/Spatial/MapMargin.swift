/// Positions along the edges of a feature map; of a map of one axis those before its first and behind its last.
public struct MapMargin: Sendable, Equatable {
  public let top: Int
  public let bottom: Int
  public let left: Int
  public let right: Int

  /// Along the edges of a map of two axes.
  public init(top: Int = 0, bottom: Int = 0, left: Int = 0, right: Int = 0) {
    self.top = top
    self.bottom = bottom
    self.left = left
    self.right = right
  }

  /// At the ends of a map of one axis.
  public init(before: Int, after: Int) { self.init(left: before, right: after) }

  /// Positions added to each axis of a map.
  /// - Parameter axes: 1 or 2.
  func added(axes: Int) -> [Int] { [top + bottom, left + right].suffix(axes) }

  /// Whether there are as many as any row may have values, and none is missing.
  var isPossible: Bool {
    [top, bottom, left, right].allSatisfy { (0...PerAxis.largest).contains($0) }
  }
}

/// The same along all four edges.
extension MapMargin: ExpressibleByIntegerLiteral {
  public init(_ all: Int) { self.init(top: all, bottom: all, left: all, right: all) }
  public init(integerLiteral value: Int) { self.init(value) }
}

// MARK: - In configs, as Keras has it

extension MapMargin {
  /// Over one axis a number for both ends, or one for each; over two a number for all edges, one for each axis, or for each
  /// axis one for both of its ends.
  init?(_ value: ConfigValue, axes: Int) {
    func ends(_ value: ConfigValue) -> [Int]? {
      if let number = value.integerValue { return [number, number] }
      guard let list = value.listValue?.compactMap(\.integerValue), list.count == 2 else {
        return nil
      }
      return list
    }
    if axes == 1 {
      guard let ends = ends(value) else { return nil }
      self.init(before: ends[0], after: ends[1])
    } else if let number = value.integerValue {
      self.init(number)
    } else {
      guard let list = value.listValue, list.count == 2, let vertical = ends(list[0]),
        let horizontal = ends(list[1])
      else { return nil }
      self.init(top: vertical[0], bottom: vertical[1], left: horizontal[0], right: horizontal[1])
    }
  }

  /// All of them: [before, after], or [[top, bottom], [left, right]].
  package func configValue(axes: Int) -> ConfigValue {
    let horizontal = [left, right].configValue
    return axes == 1 ? horizontal : [[top, bottom].configValue, horizontal]
  }

  fileprivate static func type(axes: Int) -> ConfigType {
    let number = ConfigType.integer(.atLeast(0))
    let list = ConfigType.list(of: number, atLeast: 2)
    return .oneOf([number, axes == 1 ? list : .list(of: .oneOf([number, list]), atLeast: 2)])
  }
}

extension ConfigOption {
  static func margin(
    _ name: String, axes: Int, _ path: Path<MapMargin>, default value: ConfigValue,
    _ meaning: String
  ) -> Self {
    .custom(
      ConfigKey(name, MapMargin.type(axes: axes), default: value, meaning),
      read: { options, component throws(DescentError) in
        let value = options.values[name] ?? .null
        guard let margin = MapMargin(value, axes: axes) else {
          throw options.error(
            name, "is \(value.json())",
            advice: axes == 1
              ? "give it one number, or [before, after]"
              : "give it one number, [height, width], or [[top, bottom], [left, right]]")
        }
        guard margin.isPossible else {
          throw options.error(
            name, "is \(value.json())",
            advice: "no row has more than \(Figures.count(PerAxis.largest)) values")
        }
        component[keyPath: path] = margin
      }, write: { $0[keyPath: path].configValue(axes: axes) })
  }
}
