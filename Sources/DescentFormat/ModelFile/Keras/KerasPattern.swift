/// Layers of Keras' that together are one of Descent's.
struct KerasPattern {
  /// The layer whose output they take in.
  let source: Int
  /// Our layer as a config has it.
  let component: ConfigValue
  /// Those of them that have variables, and which of our parameters these are.
  let variables: [(layer: Int, variables: [KerasLayerPlan.Variable])]
  /// All of them.
  let layers: Set<Int>
}

/// A layer that is several of Keras', and is found again among them.
protocol KerasCompositeReadable: KerasComposite {
  /// The layers that are one of this kind, of which the walk's begins with the last; nil where they are something else.
  static func find(_ walk: inout KerasWalk) -> KerasPattern?
}

/// A walk through a model's layers from one back towards the input.
struct KerasWalk {
  /// The layer that the walk has come to.
  private(set) var index: Int
  /// Those that it has left behind.
  private(set) var passed: Set<Int> = []
  private let layers: [KerasTopology.Layer]
  private let sources: [[Int]]

  init(_ layers: [KerasTopology.Layer], _ sources: [[Int]], from index: Int) {
    (self.layers, self.sources, self.index) = (layers, sources, index)
  }

  /// The layer's name.
  var name: String { layers[index].name }

  /// The configs' values of a layer of a class with so many inputs, and those; nil where it is another.
  func layer(
    _ className: String, inputs: Int? = 1
  ) -> (config: ConfigMap, sources: [Int])? {
    let object = layers[index].object
    guard object.className == className, !object.isForeign,
      inputs.map({ $0 == sources[index].count }) ?? true
    else { return nil }
    return (object.config, sources[index])
  }

  /// Goes on from a layer to one that it takes in.
  mutating func go(to source: Int) {
    passed.insert(index)
    index = source
  }

  /// Passes a layer of a class with one input.
  ///
  /// - Returns: its config; nil, and the walk stays, where it is another.
  mutating func pass(_ className: String) -> ConfigMap? {
    guard let (config, sources) = layer(className) else { return nil }
    go(to: sources[0])
    return config
  }

  /// The layers that flatten the parts of which the row here is made: those that are joined, or the only one, which is flattened
  /// once more.
  var partsOfRow: [Int]? {
    if let (config, sources) = layer("Concatenate", inputs: nil), config["axis"] == -1 {
      return sources
    }
    return layer("Flatten")?.sources
  }

  /// Passes a `Rescaling` by these numbers.
  mutating func passRescaling(by scale: Double, plus offset: Double) -> Bool {
    guard let (config, sources) = layer("Rescaling"), config["scale"]?.numberValue == scale,
      config["offset"]?.numberValue ?? 0 == offset
    else { return false }
    go(to: sources[0])
    return true
  }

  /// A walk from another layer, which has left none behind.
  func beginning(at index: Int) -> KerasWalk { KerasWalk(layers, sources, from: index) }

  /// Takes the layers that another walk has left behind.
  mutating func join(_ other: KerasWalk) { passed.formUnion(other.passed) }
}
