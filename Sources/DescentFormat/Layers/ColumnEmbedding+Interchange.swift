/// In Keras an `Embedding` for each column, named after the layer and the column, and a `Concatenate` of the name.
extension ColumnEmbedding: KerasComposite {
  private var concatenation: KerasLayer { KerasLayer("Concatenate", ["axis": -1]) }

  private func embedding(_ column: Column) -> KerasLayer {
    KerasLayer(
      "Embedding",
      [
        "input_dim": .integer(column.inputs), "output_dim": .integer(column.units),
        "embeddings_initializer": initializer.keras, "trainable": .bool(isTrainable),
      ])
  }

  func variableHolders(name: String, _ entries: [ParameterLayout.Entry])
    -> [KerasConfig.VariableHolder]
  {
    zip(columns, entries).map { column, entry in
      KerasConfig.VariableHolder(
        className: embedding(column).className, name: "\(name)_\(column.position)",
        entries: [entry])
    }
  }

  /// The row cut into stretches of columns, those of categories embedded, and all put together again.
  func add(
    to graph: inout KerasGraph, name: String, _ row: KerasGraph.Output
  ) -> KerasGraph.Output {
    let width = row.shape[0]
    let upright = graph.add(
      KerasLayer("Reshape", ["target_shape": [.integer(width), 1]]), name: name + "_columns",
      inputs: [row], shape: [width, 1])
    var parts: [KerasGraph.Output] = []
    func cut(_ graph: inout KerasGraph, _ columns: Range<Int>, _ suffix: String)
      -> KerasGraph.Output
    {
      let cropping: ConfigValue = [
        .integer(columns.lowerBound), .integer(width - columns.upperBound),
      ]
      let cropped = graph.add(
        KerasLayer("Cropping1D", ["cropping": cropping]), name: name + "_cut_" + suffix,
        inputs: [upright], shape: [columns.count, 1])
      return graph.add(
        KerasLayer("Flatten"), name: name + "_row_" + suffix, inputs: [cropped],
        shape: [columns.count])
    }
    for (columns, column) in stretches(of: width) {
      let part = cut(&graph, columns, "\(columns.lowerBound)")
      guard let column else {
        parts.append(part)
        continue
      }
      let vector = graph.add(
        embedding(column), name: "\(name)_\(column.position)", inputs: [part],
        shape: [1, column.units])
      parts.append(
        graph.add(
          KerasLayer("Flatten"), name: "\(name)_vector_\(column.position)", inputs: [vector],
          shape: [column.units]))
    }
    let total = parts.reduce(0) { $0 + $1.shape[0] }
    // Keras puts no single output together.
    guard parts.count > 1 else {
      return graph.add(KerasLayer("Flatten"), name: name, inputs: parts, shape: [total])
    }
    return graph.add(concatenation, name: name, inputs: parts, shape: [total], takesList: true)
  }

  /// The columns of a row in their order: those that are embedded one by one, others in stretches.
  private func stretches(of width: Int) -> [(columns: Range<Int>, embedded: Column?)] {
    var stretches: [(Range<Int>, Column?)] = []
    var next = 0
    for column in columns {
      if column.position > next { stretches.append((next..<column.position, nil)) }
      next = column.position + 1
      stretches.append((column.position..<next, column))
    }
    if next < width { stretches.append((next..<width, nil)) }
    return stretches
  }
}

extension ColumnEmbedding: ONNXConvertible {
  func add(to export: inout ONNXExport, _ x: String) -> String {
    var number = 0
    let parts = stretches(of: export.inputShape[0]).map { columns, column in
      let part = export.slice(x, columns)
      guard column != nil else { return part }
      let values = export.graph.add("Squeeze", [part, export.graph.integers([1])])
      number += 1
      return export.vectors(inParameter: number - 1, of: values)
    }
    return export.graph.add("Concat", parts, [("axis", .int(1))])
  }
}
