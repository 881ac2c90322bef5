/// In Keras an `Embedding` for each column, named after the layer and the column, and a `Concatenate` of the name.
extension ColumnEmbedding: KerasComposite {
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
    let stretches = stretches(of: row.shape[0])
    let cuts = graph.columns(stretches.map(\.columns), of: row, name: name)
    let parts = zip(stretches, cuts).map { stretch, cut in
      let first = stretch.columns.lowerBound
      let part = graph.add(
        KerasLayer("Flatten"), name: "\(name)_row_\(first)", inputs: [cut],
        shape: [stretch.columns.count])
      guard let column = stretch.embedded else { return part }
      let vector = graph.add(
        embedding(column), name: "\(name)_\(first)", inputs: [part], shape: [1, column.units])
      return graph.add(
        KerasLayer("Flatten"), name: "\(name)_vector_\(first)", inputs: [vector],
        shape: [column.units])
    }
    return graph.join(parts, name: name)
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
