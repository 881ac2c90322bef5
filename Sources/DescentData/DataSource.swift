/// Where rows come from.
public enum DataSource: Sendable, Equatable {
  /// One file, or a folder of images, by its absolute path.
  case file(String)
  /// A file of features, one of labels and perhaps one of the rows' weights, by their absolute paths.
  case pair(features: String, labels: String, weights: String? = nil)
}

extension DataSource {
  package init?(_ options: ConfigOptions, _ key: String) {
    if let pair = options.optionalPart(key) {
      self = .pair(
        features: pair.string("features"), labels: pair.string("labels"),
        weights: pair.optionalString("weights"))
    } else if let path = options.optionalString(key) {
      self = .file(path)
    } else {
      return nil
    }
  }
}
