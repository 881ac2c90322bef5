extension TableEncoding {
  /// The features that hold numbers of categories, and what becomes of them.
  public var embeddings: [ColumnEmbedding.Column] {
    var feature = 0
    var embeddings: [ColumnEmbedding.Column] = []
    for column in columns {
      if case .embedded(let values, let hasOther, let units) = column.kind {
        embeddings.append(
          ColumnEmbedding.Column(
            position: feature, inputs: values.count + (hasOther ? 1 : 0), units: units))
      }
      feature += column.width
    }
    return embeddings
  }
}
