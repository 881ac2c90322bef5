extension Embedding: KerasReadable {
  public var keras: KerasLayer {
    KerasLayer(
      "Embedding",
      [
        "input_dim": .integer(inputs), "output_dim": .integer(units),
        "embeddings_initializer": initializer.keras, "trainable": .bool(isTrainable),
      ])
  }

  static let kerasClasses = ["Embedding"]

  static func read(_ layer: inout KerasLayerSource) {
    layer.take("input_dim", "output_dim", "trainable")
    layer.takeInitializers("embeddings_initializer")
    layer.leaveOut("embeddings_regularizer", "embeddings_constraint")
    if layer.flag("mask_zero") == true { layer.note("the mask of zeros is left out") }
    layer.variables = [.parameter("embeddings")]
  }
}

extension Embedding: ONNXConvertible {
  func add(to export: inout ONNXExport, _ x: String) -> String {
    export.vectors(inParameter: 0, of: x)
  }
}
