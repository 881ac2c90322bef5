/// A network layer by layer: what each puts out and what it takes to compute.
public struct NetworkSummary: Sendable, Equatable {
  public struct Layer: Sendable, Equatable {
    public let name: String
    public let kind: String
    /// The shape of one output row.
    public let output: [Int]
    public let parameters: Int
    /// In a forward pass, for one row; see `Layer.multiplyAdds(for:)`.
    public let multiplyAdds: Int
  }

  public let layers: [Layer]
  public let parameters: Int
  /// Of all layers; `Int.max` where that is too large.
  public let multiplyAdds: Int

  /// Its rows as text: a head, the layers, and the total. The columns of `numericColumns` are numbers.
  public var table: [[String]] {
    let layers = layers.map { layer in
      [
        layer.name, layer.kind, layer.output.map(String.init).joined(separator: "×"),
        Figures.count(layer.parameters), Figures.count(layer.multiplyAdds),
      ]
    }
    let total = ["total", "", "", Figures.count(parameters), Figures.count(multiplyAdds)]
    return [["layer", "kind", "output", "parameters", "multiply-adds"]] + layers + [total]
  }

  public static let numericColumns: Set<Int> = [3, 4]
}

extension Network {
  public var summary: NetworkSummary {
    let rows = layers.indices.map { index in
      NetworkSummary.Layer(
        name: layerNames[index], kind: type(of: layers[index]).kind, output: shapes[index],
        parameters: layout.entries(of: index).reduce(0) { $0 + $1.count },
        multiplyAdds: multiplyAdds(of: index))
    }
    return NetworkSummary(
      layers: rows, parameters: layout.parameterCount, multiplyAdds: multiplyAdds())
  }

  /// The multiply-adds of a layer's forward pass for one row.
  func multiplyAdds(of index: Int) -> Int {
    layers[index].multiplyAdds(for: inputShape(of: index))
  }

  /// Those of all layers, or of those that are counted.
  package func multiplyAdds(where isCounted: (Int) -> Bool = { _ in true }) -> Int {
    layers.indices.reduce(0) { sum, index in
      isCounted(index) ? sum.addingSaturating(multiplyAdds(of: index)) : sum
    }
  }
}
