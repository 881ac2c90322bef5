/// Image files, and where they lie in folders of classes these.
package struct ImagePaths {
  /// The folder, or the first file.
  let path: String
  /// The files.
  private(set) var paths: [String]
  /// What predictions call them: their paths in the folder, or as they were given.
  private(set) var names: [String]
  var classes: [String] = []
  /// The class of each; nil where there are none.
  var labels: [Int32]?
  var leftOut: [String] = []

  init(_ folder: ImageFolder) {
    path = folder.path
    names = folder.files
    paths = folder.files.map { "\(folder.path)/\($0)" }
    classes = folder.classes
    labels = folder.classes.isEmpty ? nil : folder.labels
    leftOut = folder.leftOut
  }

  /// - Parameter files: at least one.
  package init(files: [String]) {
    (path, paths, names) = (files[0], files, files)
  }

  /// Those of the files that could be read.
  ///
  /// - Throws: what is wrong with the first file where none can, or none of a class.
  func subset(_ kept: [Int], faults: [Int: DescentError]) throws(DescentError) -> ImagePaths {
    guard !faults.isEmpty else { return self }
    var subset = self
    subset.paths = kept.map { paths[$0] }
    subset.names = kept.map { names[$0] }
    subset.labels = labels.map { labels in kept.map { labels[$0] } }
    let left = Set(subset.labels ?? [])
    let lost = faults.keys.sorted().first { index in
      labels.map { !left.contains($0[index]) } ?? kept.isEmpty
    }
    if let lost, let error = faults[lost] { throw error }
    return subset
  }

  /// The labels as a model's classes.
  func targets(known: [String]) throws(DescentError) -> Dataset.Targets {
    let names = known.map { LabelText($0) }
    if let folder = classes.first(where: { !names.contains(LabelText($0)) }) {
      throw DescentError(
        .invalidInput, "the folder's name is none of the model's classes", at: "\(path)/\(folder)",
        advice: "they are \(known.prefix(12).joined(separator: ", "))")
    }
    return try Dataset.Targets.classes(labels ?? [], names: classes).mapped(to: known, name: path)
  }
}
