import ImageFiles

extension Dataset {
  /// Where a path's images lie; nil where it leads to something else, such as a table.
  package static func images(at path: String) throws(DescentError) -> ImagePaths? {
    if ImageFolder.isFolder(path) { return ImagePaths(try ImageFolder(path)) }
    guard ArrayArchive(path) == nil, InputPath.isFile(path),
      ImageFormat(try FileBytes.head(of: path, count: ImageFormat.tellingBytes)) != nil
    else { return nil }
    return ImagePaths(file: path)
  }

  /// The rows of image files, and their folders' names as classes.
  ///
  /// - Parameters:
  ///   - options: what the config says of images that are learnt from.
  ///   - model: what the rows have to match; nil for rows that are learnt from.
  ///   - shape: that of a row which the model takes, for one that knows nothing of image files.
  /// - Throws: naming the file that is no image that can be read, or does not match.
  static func load(
    _ images: ImagePaths, options: ImageOptions, matching model: ModelSignature? = nil,
    shape: [Int]? = nil
  ) throws(DescentError) -> Dataset {
    let survey = try ImageSurvey(images.paths)
    let encoding =
      if let known = model?.images {
        known
      } else if let shape {
        try survey.encoding(of: shape)
      } else {
        try survey.encoding(options)
      }
    let (bytes, outcomes) = try survey.rows(encoding)
    var dataset = Dataset(features: .bytes(bytes), shape: encoding.shape)
    dataset.images = encoding
    dataset.rowNames = images.names
    dataset.imageReport = survey.report(images.path, encoding, outcomes, leftOut: images.leftOut)
    guard let labels = images.labels else { return dataset }
    var targets = Targets.classes(labels, names: images.classes)
    if case .classes(let known)? = model?.outputs {
      targets = try images.targets(known: known)
    }
    dataset.targets = targets
    dataset.targetDecision = .folders
    return dataset
  }
}

/// Image files, and where they lie in folders of classes these.
package struct ImagePaths {
  /// The folder, or the only file.
  let path: String
  /// The files.
  let paths: [String]
  /// What predictions call them: their paths in the folder, or that of the only one.
  let names: [String]
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

  init(file: String) {
    (path, paths, names) = (file, [file], [file])
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
