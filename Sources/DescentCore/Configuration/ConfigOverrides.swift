/// Changes from the command line, which go before what the file says.
extension ConfigNode {
  /// The deepest path that an override may have.
  static let deepestOverride = 32

  /// This config with the value of a flag put at a path.
  ///
  /// - Parameter flag: What errors about the value point to, such as `--epochs`.
  /// - Throws: `usage` where the path leads through a value that has no keys, or past a list's end.
  public func setting(_ path: String, to value: ConfigValue, flag: String) throws(DescentError)
    -> ConfigNode
  {
    let source = ConfigSource(name: flag, isFlag: true)
    let steps = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    return try setting(
      path, steps: steps, to: ConfigNode(value, at: source.whole, path: path))
  }

  package func setting(_ path: String, steps: [String], to node: ConfigNode) throws(DescentError)
    -> ConfigNode
  {
    guard steps.allSatisfy({ !$0.isEmpty }) else {
      throw node.place.error(
        "\(path.excerpt) is no path of keys",
        advice:
          "write keys and list indices with single points between, such as model.0.dense.units")
    }
    guard steps.count <= Self.deepestOverride else {
      throw node.place.error(
        "the path has \(steps.count) steps", advice: "at most \(Self.deepestOverride) are allowed")
    }
    return try replacing(steps[...], by: node)
  }

  private func replacing(_ steps: ArraySlice<String>, by node: ConfigNode) throws(DescentError)
    -> ConfigNode
  {
    guard let step = steps.first else { return node }
    var result = self
    let child = Self.path(path, step)
    switch content {
    case .list(var nodes):
      guard let index = Int(step), nodes.indices.contains(index) else {
        throw node.place.error(
          "\(label) is a list and has no entry \(step.excerpt)",
          advice: nodes.isEmpty ? "it is empty" : "its entries are 0 to \(nodes.count - 1)")
      }
      nodes[index] = try nodes[index].replacing(steps.dropFirst(), by: node)
      result.content = .list(nodes)
    case .map(var entries):
      if let index = entries.firstIndex(where: { $0.key == step }) {
        entries[index].node = try entries[index].node.replacing(steps.dropFirst(), by: node)
      } else {
        let empty = ConfigNode(.scalar(.null), at: node.place, path: child)
        let value = try empty.replacing(steps.dropFirst(), by: node)
        entries.append(Entry(key: step, place: node.place, node: value))
      }
      result.content = .map(entries)
    case .scalar(let value) where value.isNull || value == .string(step):
      // Nothing yet, or a component's bare name (`optimizer: adam`), which now gets options.
      result.content = .map([])
      return try result.replacing(steps, by: node)
    case .scalar:
      throw node.place.error(
        "\(label) is \(found), which has no key \(step.excerpt)",
        advice: "replace it as a whole: --set \(path)={ \(step): … }")
    }
    return result
  }
}
