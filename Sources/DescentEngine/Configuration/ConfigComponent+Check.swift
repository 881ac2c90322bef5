extension ConfigComponent {
  /// Holds what a program has set against the table of keys, as the decoder holds what a config says.
  ///
  /// Initializers take any values, so that components are put together without `try`. Whoever is handed one asks this
  /// before anything is computed with it.
  /// - Throws: `invalidInput` at the component's kind; the option, its value and what it may be are named.
  func checkOptions() throws(DescentError) {
    do throws(DescentError) {
      let node = ConfigNode(
        .map(options), at: ConfigPlace(source: ConfigSource(name: Self.kind)))
      let checked = try ConfigOptions(node, keys: Self.keys)
      var hasParts = false
      for key in Self.keys {
        guard let family = key.type.family else { continue }
        hasParts = true
        let parts =
          checked.optionalNodes(key.name) ?? checked.optionalNode(key.name).map { [$0] } ?? []
        for part in parts { try Registries.check(part, family: family) }
      }
      // What the table cannot say. Parts of a program's own may be known to no registry, and need not be.
      if !hasParts { _ = try Self(options: checked) }
    } catch {
      var error = error
      error.place = Self.kind
      throw error
    }
  }
}

extension ConfigType {
  /// The family of the component, or of the components of the list, that a value is; nil for any other type.
  fileprivate var family: String? {
    switch self {
    case .component(let family), .list(of: .component(let family), _): family
    default: nil
    }
  }
}

extension ComponentRegistry {
  /// Decodes a component whose kind is known.
  fileprivate func check(_ node: ConfigNode) throws(DescentError) {
    var name = node.value.stringValue
    if case .map(let entries) = node.content { name = entries.first?.key }
    guard let name, kinds.contains(name) else { return }
    _ = try decode(node)
  }
}

extension Registries {
  /// - Throws: what is wrong with the options of a component of a family, where its kind is known.
  fileprivate static func check(_ node: ConfigNode, family: String) throws(DescentError) {
    switch family {
    case layers.family: try layers.check(node)
    case activations.family: try activations.check(node)
    case initializers.family: try initializers.check(node)
    case regularizers.family: try regularizers.check(node)
    case constraints.family: try constraints.check(node)
    default: break
    }
  }
}
