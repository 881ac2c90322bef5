/// In Keras the columns cut out of the row, an `EinsumDense` that multiplies each by its frequencies, `Activation`s of sine and cosine, put
/// together for an `EinsumDense` with a bias and a ReLU, and the other columns before what comes of it.
extension Periodic: KerasComposite {
  /// Functions of Keras' by their public names, which its loaders find; it writes names that they do not.
  private static func activation(_ function: String) -> KerasLayer {
    KerasLayer(
      "Activation",
      [
        "activation": [
          "module": "keras.ops", "class_name": "function", "config": .string(function),
          "registered_name": "function",
        ]
      ])
  }

  private func multiplication(_ columns: Int) -> KerasLayer {
    KerasLayer(
      "EinsumDense",
      [
        "equation": "ab,bc->abc", "output_shape": [.integer(columns), .integer(frequencies)],
        "trainable": .bool(isTrainable),
      ])
  }

  private func mixture(_ columns: Int) -> KerasLayer {
    KerasLayer(
      "EinsumDense",
      [
        "equation": "abc,bcd->abd", "output_shape": [.integer(columns), .integer(units)],
        "bias_axes": "bd", "activation": "relu", "trainable": .bool(isTrainable),
      ])
  }

  func variableHolders(name: String, _ entries: [ParameterLayout.Entry])
    -> [KerasConfig.VariableHolder]
  {
    [
      KerasConfig.VariableHolder(
        className: "EinsumDense", name: name + "_turns", entries: [entries[0]]),
      KerasConfig.VariableHolder(
        className: "EinsumDense", name: name + "_mixtures", entries: Array(entries[1...])),
    ]
  }

  func add(
    to graph: inout KerasGraph, name: String, _ row: KerasGraph.Output
  ) -> KerasGraph.Output {
    let (written, kept) = (written(of: row.shape[0]), kept(of: row.shape[0]))
    let count = written.count
    let own = graph.select(written, of: row, name: name + "_own")
    var waves = graph.add(
      multiplication(count), name: name + "_turns", inputs: [own], shape: [count, frequencies])
    waves = graph.add(
      KerasLayer("Rescaling", ["scale": .number(2 * .pi), "offset": 0]), name: name + "_angles",
      inputs: [waves], shape: waves.shape)
    let pair = ["sin", "cos"].map {
      graph.add(
        Self.activation($0), name: "\(name)_\($0)", inputs: [waves], shape: waves.shape)
    }
    let both = graph.add(
      KerasLayer("Concatenate", ["axis": -1]), name: name + "_waves", inputs: pair,
      shape: [count, 2 * frequencies], takesList: true)
    let mixed = graph.add(
      mixture(count), name: name + "_mixtures", inputs: [both], shape: [count, units])
    let flat = graph.add(
      KerasLayer("Flatten"), name: kept.isEmpty ? name : name + "_row", inputs: [mixed],
      shape: [count * units])
    guard !kept.isEmpty else { return flat }
    let rest =
      kept.count == row.shape[0] ? row : graph.select(kept, of: row, name: name + "_rest")
    return graph.join([rest, flat], name: name)
  }
}

extension Periodic: KerasCompositeReadable {
  static func find(_ walk: inout KerasWalk) -> KerasPattern? {
    let name = walk.name
    // What stays of the row stands before the mixtures.
    var rest: Int?
    if let (config, sources) = walk.layer("Concatenate", inputs: 2), config["axis"] == -1 {
      rest = sources[0]
      walk.go(to: sources[1])
    }
    guard walk.pass("Flatten") != nil, case let mixtures = walk.index,
      let mixed = walk.pass("EinsumDense"), mixed["equation"] == "abc,bcd->abd",
      mixed["bias_axes"] == "bd", mixed["activation"].flatMap(KerasObject.name)?.name == "relu",
      let units = mixed["output_shape"]?.listValue?.last?.integerValue,
      let (pair, sources) = walk.layer("Concatenate", inputs: 2), pair["axis"] == -1
    else { return nil }
    var cosine = walk
    cosine.go(to: sources[1])
    walk.go(to: sources[0])
    guard passes(&walk, "sin"), passes(&cosine, "cos"), cosine.index == walk.index else {
      return nil
    }
    walk.join(cosine)
    guard walk.passRescaling(by: 2 * .pi, plus: 0), case let turns = walk.index,
      let multiplied = walk.pass("EinsumDense"), multiplied["equation"] == "ab,bc->abc",
      let shape = multiplied["output_shape"]?.listValue?.compactMap(\.integerValue),
      shape.count == 2, let own = selection(&walk, count: shape[0])
    else { return nil }
    var options: ConfigMap = [
      "columns": .list(own.map { .integer($0) }), "frequencies": .integer(shape[1]),
      "units": .integer(units), "name": .string(name),
    ]
    if var other = rest.map({ walk.beginning(at: $0) }) {
      // The row itself, or the columns that are not written as waves.
      if other.index == walk.index {
        options["include_input"] = true
      } else {
        guard let kept = selection(&other, count: nil), other.index == walk.index,
          Set(kept).isDisjoint(with: own)
        else { return nil }
        walk.join(other)
      }
    }
    return KerasPattern(
      source: walk.index, component: [kind: .map(options)],
      variables: [
        (turns, [.parameter("frequencies")]),
        (mixtures, [.parameter("kernel"), .parameter("bias")]),
      ], layers: walk.passed)
  }

  /// Passes an activation by one of Keras' functions.
  private static func passes(_ walk: inout KerasWalk, _ function: String) -> Bool {
    guard let (config, sources) = walk.layer("Activation"),
      config["activation"].flatMap(KerasObject.name)?.name == function
    else { return false }
    walk.go(to: sources[0])
    return true
  }

  /// The columns that `KerasGraph.select` has taken from a row, to which the walk then goes; all of so many where there is no
  /// such selection.
  private static func selection(_ walk: inout KerasWalk, count: Int?) -> [Int]? {
    guard let parts = walk.partsOfRow else { return count.map { Array(0..<$0) } }
    var (columns, end): ([Int], Int?) = ([], nil)
    for part in parts {
      var own = walk
      own.go(to: part)
      guard own.pass("Flatten") != nil,
        let cropping = own.pass("Cropping1D")?["cropping"]?.listValue?.compactMap(\.integerValue),
        cropping.count == 2,
        let width = own.pass("Reshape")?["target_shape"]?.listValue?.first?.integerValue,
        cropping[0] >= 0, cropping[1] >= 0, cropping[0] < width - cropping[1],
        end == nil || end == own.index
      else { return count.map { Array(0..<$0) } }
      columns += Array(cropping[0]..<width - cropping[1])
      end = own.index
      walk.join(own)
    }
    guard let end, count == nil || columns.count == count else { return nil }
    walk.go(to: end)
    return columns
  }
}

extension KerasGraph {
  /// Some of a row's columns, in their order.
  ///
  /// - Parameter columns: ascending.
  mutating func select(_ columns: [Int], of row: Output, name: String) -> Output {
    guard columns.count < row.shape[0] else { return row }
    var stretches: [Range<Int>] = []
    for column in columns {
      if let last = stretches.last, last.upperBound == column {
        stretches[stretches.count - 1] = last.lowerBound..<column + 1
      } else {
        stretches.append(column..<column + 1)
      }
    }
    let parts = zip(stretches, self.columns(stretches, of: row, name: name)).map { columns, part in
      add(
        KerasLayer("Flatten"), name: "\(name)_row_\(columns.lowerBound)", inputs: [part],
        shape: [columns.count])
    }
    return join(parts, name: name)
  }
}

extension Periodic: ONNXConvertible {
  func add(to export: inout ONNXExport, _ x: String) -> String {
    let width = export.inputShape[0]
    let (written, kept) = (written(of: width), kept(of: width))
    let own = export.graph.add(
      "Gather", [x, export.graph.integers(written)], [("axis", .int(1))])
    let upright = export.graph.add("Unsqueeze", [own, export.graph.integers([2])])
    let turns = export.graph.add("Mul", [upright, export.parameter(0)])
    let angles = export.graph.add("Mul", [turns, export.graph.constant(2 * .pi)])
    let waves = export.graph.add(
      "Concat", [export.graph.add("Sin", [angles]), export.graph.add("Cos", [angles])],
      [("axis", .int(2))])
    // A row of one line for each column, times the column's kernel.
    let lines = export.graph.add("Unsqueeze", [waves, export.graph.integers([2])])
    let product = export.graph.add("MatMul", [lines, export.parameter(1)])
    let mixed = export.graph.add("Squeeze", [product, export.graph.integers([2])])
    let sum = export.graph.add("Add", [mixed, export.parameter(2)])
    let flat = export.graph.add(
      "Flatten", [export.graph.add("Relu", [sum])], [("axis", .int(1))])
    guard !kept.isEmpty else { return flat }
    let rest =
      kept.count == width
      ? x
      : export.graph.add("Gather", [x, export.graph.integers(kept)], [("axis", .int(1))])
    return export.graph.add("Concat", [rest, flat], [("axis", .int(1))])
  }
}
