extension ConfigNode {
  /// This config with one `--set key.path=value` applied.
  ///
  /// The value is read as YAML: a scalar, or a list or map in flow style. Keys that are not there
  /// are added; steps into a list are indices from 0. `optimizer.adam.learning_rate=0.01` also
  /// works where the file says `optimizer: adam`. Whether a key is known is seen when the config is
  /// checked, and the error then points to the flag. A key with a point or an = in it stands in quotes, as in
  /// `data.columns."a.b"=drop`.
  /// - Throws: `usage`, at `--set key.path`.
  public func setting(_ assignment: String) throws(DescentError) -> ConfigNode {
    let parsed = QuotedNames(assignment, separator: ".", end: "=")
    guard let parsed, let text = parsed.rest else {
      throw DescentError(
        .usage,
        parsed == nil
          ? "the quotes in \(assignment.excerpt) do not stand around whole keys"
          : "there is no = in \(assignment.excerpt)", at: "--set",
        advice: "write --set key.path=value, such as --set epochs=20")
    }
    let path = String(assignment.dropLast(text.count + 1))
    let source = ConfigSource(name: "--set \(path)", isFlag: true)
    let node = try ConfigNode(yaml: text, place: source.whole, path: path)
    return try setting(path, steps: parsed.names, to: node)
  }
}
