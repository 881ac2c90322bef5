/// Makes Keras' layers into Descent's: those of the registry say which classes they read.
struct KerasLayerReader {
  let file: String
  /// The version of Keras that wrote the file, where it says so.
  let version: String?
  /// What is not taken over.
  private(set) var notes: [String] = []

  init(file: String, version: String?) {
    self.file = file
    self.version = version
  }

  private static var types: [any KerasReadable.Type] {
    Registries.layers.types.compactMap { $0 as? any KerasReadable.Type }
  }

  private static func type(of className: String) -> (any KerasReadable.Type)? {
    types.first { $0.kerasClasses.contains(className) }
  }

  /// - Throws: `invalidInput` for what Descent does not have; the layer and its position are named.
  mutating func plan(_ layer: KerasTopology.Layer) throws(DescentError) -> KerasLayerPlan {
    let className = layer.object.className
    let parts = KerasParts(file: file, label: layer.label, version: version)
    guard !layer.object.isForeign, className != "Lambda" else {
      throw parts.refused(
        "is a \(className) of the model's own", "no code from a file is run; \(Self.supported)")
    }
    guard let type = Self.type(of: className) else {
      throw parts.refused("is of the class \(className.excerpt)", Self.supported)
    }
    var source = KerasLayerSource(layer, parts)
    try type.read(&source)
    let plan = source.plan(type.kind)
    notes += source.notes
    return plan
  }

  private static var supported: String {
    let classes =
      types.flatMap { $0.kerasClasses } + blocks.map { "\($0.kerasJoin) (in \($0.kind) blocks)" }
      + ["Average (of ensembles)"]
    return "supported are \(classes.sorted().joined(last: "and"))"
  }

  // MARK: - What is no layer of a class

  /// The layers that several of Keras' may be.
  static var composites: [any KerasCompositeReadable.Type] {
    Registries.layers.types.compactMap { $0 as? any KerasCompositeReadable.Type }
  }

  private static var blocks: [any KerasBlock.Type] {
    Registries.layers.types.compactMap { $0 as? any KerasBlock.Type }
  }

  /// The layer that chains become whose outputs come together in a layer of a class; nil where there is none for it.
  static func merge(_ className: String) -> (any KerasMerge.Type)? {
    Registries.layers.types.lazy.compactMap { $0 as? any KerasMerge.Type }.first {
      $0.kerasClasses.contains(className)
    }
  }

  /// The kind of block that ends in a layer of a class.
  static func block(joinedBy className: String) -> (any KerasBlock.Type)? {
    blocks.first { $0.kerasJoin == className }
  }

  /// The layer that penalises what a layer puts out.
  func penalty(_ regularizer: any Regularizer) throws(DescentError) -> any Layer {
    guard let type = Self.type(of: "ActivityRegularization") else {
      throw DescentError(.invalidInput, "penalties of activities are not known here", at: file)
    }
    let options: ConfigValue = ["l1": .number(regularizer.l1), "l2": .number(regularizer.l2)]
    return try Registries.layers.decode(
      ConfigNode([type.kind: options], at: ConfigPlace(source: ConfigSource(name: file))))
  }
}
