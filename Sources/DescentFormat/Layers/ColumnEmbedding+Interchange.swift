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

extension ColumnEmbedding: KerasCompositeReadable {
  static func find(_ walk: inout KerasWalk) -> KerasPattern? {
    let name = walk.name
    guard let parts = walk.partsOfRow else { return nil }
    var columns: [ConfigValue] = []
    var variables: [(layer: Int, variables: [KerasLayerPlan.Variable])] = []
    var (next, width, end): (Int, Int?, Int?) = (0, nil, nil)
    for part in parts {
      var own = walk
      own.go(to: part)
      guard own.pass("Flatten") != nil else { return nil }
      let layer = own.index
      let embedding = own.pass("Embedding")
      if embedding != nil, own.pass("Flatten") == nil { return nil }
      guard
        let cropping = own.pass("Cropping1D")?["cropping"]?.listValue?.compactMap(\.integerValue),
        cropping.count == 2,
        let all = own.pass("Reshape")?["target_shape"]?.listValue?.first?.integerValue,
        cropping[0] == next, next < all - cropping[1], width ?? all == all,
        end ?? own.index == own.index
      else { return nil }
      if let embedding {
        guard let column = column(embedding, at: next), cropping[1] == all - next - 1 else {
          return nil
        }
        columns.append(column)
        variables.append((layer, [.parameter("embeddings_\(next)")]))
      }
      (next, width, end) = (all - cropping[1], all, own.index)
      walk.join(own)
    }
    guard let end, next == width, !columns.isEmpty else { return nil }
    walk.go(to: end)
    return KerasPattern(
      source: end, component: [kind: ["columns": .list(columns), "name": .string(name)]],
      variables: variables, layers: walk.passed)
  }

  /// A column that an `Embedding` of trained vectors takes in; nil for one that does more.
  private static func column(_ embedding: ConfigMap, at position: Int) -> ConfigValue? {
    let extras = ["embeddings_regularizer", "embeddings_constraint", "lora_rank"]
    guard extras.allSatisfy({ embedding.given($0) == nil }), embedding["mask_zero"] != true,
      embedding["trainable"] != false, let inputs = embedding["input_dim"]?.integerValue,
      let units = embedding["output_dim"]?.integerValue
    else { return nil }
    return [
      "position": .integer(position), "input_dim": .integer(inputs),
      "output_dim": .integer(units),
    ]
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
