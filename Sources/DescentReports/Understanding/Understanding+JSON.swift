extension Understanding {
  /// Everything of it, with keys as words.
  public var json: ConfigValue {
    var map: ConfigMap = [
      "rows": .integer(rows), "total_rows": .integer(total), "column_rows": .integer(columnRows),
      "figure": .string(figureName), "value": .number(figure),
    ]
    map["importance"] = .list(
      importance.map { entry in
        [
          "column": .string(entry.column), "value": .number(entry.value),
          "low": .number(entry.low), "high": .number(entry.high),
        ]
      })
    map["partial_dependence"] = .list(dependence.map(\.json))
    map["calibration"] = calibration.map { calibration in
      [
        "class": calibration.name.map { .string($0) } ?? .null,
        "expected_error": .number(calibration.expectedError),
        "bins": .list(
          calibration.bins.map { bin in
            [
              "rows": .integer(bin.rows), "probability": .number(bin.probability),
              "frequency": .number(bin.frequency),
            ]
          }),
      ]
    }
    map["intervals"] = .list(
      intervals.map { interval in
        [
          "level": .number(interval.level), "half_width": .number(interval.halfWidth),
          "coverage": interval.coverage.map { .number($0) } ?? .null,
        ]
      })
    map["groups"] = .list(
      groups.map { group in
        [
          "column": .string(group.column), "category": .string(group.category),
          "rows": .integer(group.rows), "value": .number(group.figure),
        ]
      })
    return .map(map)
  }
}

extension PartialDependence {
  fileprivate var json: ConfigValue {
    var means = ConfigMap()
    for output in outputs { means[output.name] = .list(output.means.map { .number($0) }) }
    return [
      "column": .string(column),
      "values": .list(
        categories.isEmpty ? numbers.map { .number($0) } : categories.map { .string($0) }),
      "means": .map(means),
    ]
  }
}
