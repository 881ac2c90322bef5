/// In Keras each number becomes the pair of it and the limit, which is brought to length 1: x / √(x² + limit²), times the limit.
extension SmoothClip: KerasComposite {
  func variableHolders(name: String, _ entries: [ParameterLayout.Entry])
    -> [KerasConfig.VariableHolder]
  { [] }

  func add(
    to graph: inout KerasGraph, name: String, _ x: KerasGraph.Output
  ) -> KerasGraph.Output {
    let width = x.shape.reduce(1, *)
    let numbers = graph.add(
      KerasLayer("Reshape", ["target_shape": [1, .integer(width)]]), name: name + "_numbers",
      inputs: [x], shape: [1, width])
    let limits = graph.add(
      KerasLayer("Rescaling", ["scale": 0, "offset": .number(limit)]), name: name + "_limits",
      inputs: [numbers], shape: [1, width])
    let pairs = graph.add(
      KerasLayer("Concatenate", ["axis": 1]), name: name + "_pairs", inputs: [numbers, limits],
      shape: [2, width], takesList: true)
    let units = graph.add(
      KerasLayer("UnitNormalization", ["axis": [1]]), name: name + "_units", inputs: [pairs],
      shape: [2, width])
    let first = graph.add(
      KerasLayer("Cropping1D", ["cropping": [0, 1]]), name: name + "_first", inputs: [units],
      shape: [1, width])
    let scaled = graph.add(
      KerasLayer("Rescaling", ["scale": .number(limit), "offset": 0]), name: name + "_scaled",
      inputs: [first], shape: [1, width])
    return graph.add(
      KerasLayer("Reshape", ["target_shape": .list(x.shape.map { .integer($0) })]), name: name,
      inputs: [scaled], shape: x.shape)
  }
}

extension SmoothClip: KerasCompositeReadable {
  static func find(_ walk: inout KerasWalk) -> KerasPattern? {
    let name = walk.name
    guard walk.pass("Reshape") != nil, let (config, _) = walk.layer("Rescaling"),
      let limit = config["scale"]?.numberValue, limit > 0,
      walk.passRescaling(by: limit, plus: 0),
      walk.pass("Cropping1D")?["cropping"] == [0, 1],
      walk.pass("UnitNormalization")?["axis"].map({ $0 == [1] || $0 == 1 }) == true,
      let (pair, sources) = walk.layer("Concatenate", inputs: 2), pair["axis"] == 1
    else { return nil }
    walk.go(to: sources[1])
    guard walk.passRescaling(by: 0, plus: limit), walk.index == sources[0],
      walk.pass("Reshape") != nil
    else { return nil }
    return KerasPattern(
      source: walk.index,
      component: [kind: ["limit": .number(limit), "name": .string(name)]], variables: [],
      layers: walk.passed)
  }
}

extension SmoothClip: ONNXConvertible {
  func add(to export: inout ONNXExport, _ x: String) -> String {
    let share = export.graph.add("Mul", [x, export.graph.constant(1 / Float(limit))])
    let square = export.graph.add(
      "Add", [export.graph.add("Mul", [share, share]), export.graph.constant(1)])
    return export.graph.add("Div", [x, export.graph.add("Sqrt", [square])])
  }
}
