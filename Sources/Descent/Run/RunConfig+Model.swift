extension DataConfig {
  /// Reads rows as those of a model were: its columns in its order, in its encoding, its classes by their numbers.
  ///
  /// - Parameters:
  ///   - model: the model with which a run begins.
  ///   - path: its file, as errors name it.
  /// - Throws: where the config asks for other columns, other kinds of them or other targets, so that weights would
  ///   stand for what they have not been trained on.
  mutating func match(_ model: ModelSignature, from path: String) throws(DescentError) {
    let kinds = model.encoding?.columnKinds
    let known = model.encoding?.columns.map(\.name) ?? model.featureNames
    func refused(_ problem: String, at key: String) -> DescentError {
      DescentError(
        .invalidInput, problem, at: "data.\(key)",
        advice: "leave it out: the rows are read as \(path) was trained, its columns being "
          + known.prefix(20).joined(separator: ", "))
    }
    if !known.isEmpty {
      if let features, Set(features) != Set(known) {
        let other = features.first { !known.contains($0) }
        throw refused(
          other.map { "\(path) has no column \($0.excerpt)" } ?? "\(path) takes other columns too",
          at: "features")
      }
      for (name, kind) in columns.sorted(by: { $0.key < $1.key }) {
        if kind == .drop, !known.contains(name) { continue }
        let own = known.contains(name) ? kinds?[name] ?? .number : nil
        guard own?.means(kind) ?? false else {
          throw refused(
            own == nil
              ? "\(path) has no column \(name.excerpt)"
              : "\(path) was trained with another kind of the column \(name.excerpt)", at: "columns"
          )
        }
      }
    }
    if let image, let known = model.images, !image.allows(known) {
      throw DescentError(
        .invalidInput, "asks for other images than those that \(path) was trained on",
        at: "data.image", advice: "leave it out: they are read as those were")
    }
    if case .values(let names) = model.outputs {
      if names.count > 1, target.count > 1 {
        guard Set(names) == Set(target), names.count == target.count else {
          throw DescentError(
            .invalidInput,
            "the outputs of \(path) are \(names.prefix(20).joined(separator: ", "))",
            at: "data.target", advice: "name those columns")
        }
        target = names
      }
      takesOwnTargets = true
    }
    self.model = model
  }
}

extension ColumnKind {
  /// Whether what a config says of a column is what it is; a length that is left open fits any.
  fileprivate func means(_ other: ColumnKind) -> Bool {
    if case (.embedded, .embedded(units: nil)) = (self, other) { return true }
    return self == other
  }
}
