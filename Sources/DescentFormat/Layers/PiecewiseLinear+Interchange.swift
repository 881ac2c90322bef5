/// In Keras the row with each column as often as it has bins, a `Normalization` that makes a bin's beginning 0 and its end 1, and
/// a `PReLU` for each side, with the slopes beyond it: below 0 at once, above 1 on what is counted from 1 downwards.
extension PiecewiseLinear: KerasComposite {
  private static let normalization = KerasLayer(
    "Normalization", ["axis": [-1], "invert": false], constants: [("count", 0)])
  private static let slopes = KerasLayer("PReLU", ["shared_axes": .null, "trainable": false])
  private static let flip = KerasLayer("Rescaling", ["scale": -1, "offset": 1])

  func variableHolders(name: String, _ entries: [ParameterLayout.Entry])
    -> [KerasConfig.VariableHolder]
  {
    [
      KerasConfig.VariableHolder(
        className: Self.normalization.className, name: name + "_bins",
        entries: Array(entries[0...1]), constants: Self.normalization.constants),
      KerasConfig.VariableHolder(
        className: Self.slopes.className, name: name + "_lower", entries: [entries[2]]),
      KerasConfig.VariableHolder(
        className: Self.slopes.className, name: name + "_upper", entries: [entries[3]]),
    ]
  }

  func add(
    to graph: inout KerasGraph, name: String, _ row: KerasGraph.Output
  ) -> KerasGraph.Output {
    var value = graph.repeatColumns(row, slots(of: row.shape[0]), name: name)
    for (layer, suffix) in [
      (Self.normalization, "_bins"), (Self.slopes, "_lower"), (Self.flip, "_flipped"),
      (Self.slopes, "_upper"), (Self.flip, ""),
    ] {
      value = graph.add(layer, name: name + suffix, inputs: [value], shape: value.shape)
    }
    return value
  }
}

extension PiecewiseLinear: KerasCompositeReadable {
  static func find(_ walk: inout KerasWalk) -> KerasPattern? {
    let name = walk.name
    guard walk.passRescaling(by: -1, plus: 1), case let upper = walk.index,
      walk.pass("PReLU")?.given("shared_axes") == nil, walk.index != upper,
      walk.passRescaling(by: -1, plus: 1), case let lower = walk.index,
      walk.pass("PReLU")?.given("shared_axes") == nil, walk.index != lower,
      case let bins = walk.index, walk.pass("Normalization")?["invert"] != true,
      walk.index != bins, let slots = repeats(&walk)
    else { return nil }
    // The number itself beside its bins is a slot like others, whose values say what it is.
    let counts = slots.map { ConfigValue.integer($0 == 1 ? 0 : $0) }
    return KerasPattern(
      source: walk.index,
      component: [kind: ["bins": .list(counts), "name": .string(name)]],
      variables: [
        (bins, [.parameter("mean"), .parameter("variance"), .ignored("count")]),
        (lower, [.parameter("lower")]), (upper, [.parameter("upper")]),
      ], layers: walk.passed)
  }

  /// How often each column of a row stands beside itself, as `KerasGraph.repeatColumns` has it.
  private static func repeats(_ walk: inout KerasWalk) -> [Int]? {
    guard let parts = walk.partsOfRow else { return nil }
    var slots: [Int] = []
    var end: Int?
    for part in parts {
      var own = walk
      own.go(to: part)
      guard own.pass("Flatten") != nil,
        let times = own.pass("UpSampling1D")?["size"]?.integerValue, times > 0,
        let cropping = own.pass("Cropping1D")?["cropping"]?.listValue?.compactMap(\.integerValue),
        cropping.count == 2,
        let width = own.pass("Reshape")?["target_shape"]?.listValue?.first?.integerValue,
        cropping[0] == slots.count, cropping[1] >= 0, slots.count < width - cropping[1],
        end == nil || end == own.index
      else { return nil }
      slots += Array(repeating: times, count: width - cropping[1] - slots.count)
      end = own.index
      walk.join(own)
    }
    guard let end else { return nil }
    walk.go(to: end)
    return slots
  }
}

extension PiecewiseLinear: ONNXConvertible {
  func add(to export: inout ONNXExport, _ x: String) -> String {
    let slots = slots(of: export.inputShape[0])
    let columns = slots.enumerated().flatMap { Array(repeating: $0, count: $1) }
    let repeated = export.graph.add(
      "Gather", [x, export.graph.integers(columns)], [("axis", .int(1))])
    func tensor(_ name: String, _ values: [Float]) -> String {
      export.graph.tensor(name, values, shape: [values.count])
    }
    let factor = tensor("factor", export.values(1).map(Normalization.factor))
    let least = tensor("least", export.values(2).map { $0 == 0 ? 0 : -.infinity })
    let most = tensor("most", export.values(3).map { $0 == 0 ? 1 : .infinity })
    let z = export.graph.add(
      "Mul", [export.graph.add("Sub", [repeated, export.parameter(0)]), factor])
    return export.graph.add("Min", [export.graph.add("Max", [z, least]), most])
  }
}
