import ImageFiles

extension Dataset {
  /// The rows of a folder of images, of one whose folders are classes of images, or of one image file.
  ///
  /// Rows have the shape [height, width, channels] and are bytes. Folders' names are the targets' classes, sorted by their
  /// bytes. Files are sorted by folder and name.
  ///
  /// - Parameters:
  ///   - path: the folder, or the file.
  ///   - options: what all images become. They have to say it where images differ.
  ///   - model: a model's signature, which goes before the options where it was trained on image files: so are its classes.
  /// - Throws: `.missingInput` where there is nothing at the path; `.invalidInput`, naming the file, for what is no PNG or
  ///   JPEG image, damaged, of a folder that is no class of the model, or does not fit into memory.
  public static func load(
    images path: String, options: ImageOptions = ImageOptions(),
    matching model: ModelSignature? = nil
  ) throws(DescentError) -> Dataset {
    if !ImageFolder.isFolder(path) { try InputPath.check(path) }
    guard let images = try images(at: path) else {
      throw DescentError(
        .invalidInput, "is no folder and no image", at: path,
        advice: "name a PNG or JPEG file, or a folder of them")
    }
    return try load(images, options: options, matching: model)
  }

  /// Where a path's images lie; nil where it leads to something else, such as a table.
  package static func images(at path: String) throws(DescentError) -> ImagePaths? {
    if ImageFolder.isFolder(path) { return ImagePaths(try ImageFolder(path)) }
    return try isImage(path) ? ImagePaths(files: [path]) : nil
  }

  /// Whether a path leads to a file that begins as an image does.
  package static func isImage(_ path: String) throws(DescentError) -> Bool {
    guard ArrayArchive(path) == nil, InputPath.isFile(path) else { return false }
    return ImageFormat(try FileBytes.head(of: path, count: ImageFormat.tellingBytes)) != nil
  }

  /// The rows of images for a model that predicts: their labels do not matter, and none is left out.
  ///
  /// - Parameters:
  ///   - images: what a path leads to, or several files.
  ///   - shape: that of a row which the model takes.
  package static func load(
    _ images: ImagePaths, for model: ModelSignature, shape: [Int]
  ) throws(DescentError) -> Dataset {
    var images = images
    images.labels = nil
    return try load(images, options: ImageOptions(), matching: model, shape: shape)
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
    let survey = try ImageSurvey(images.paths, skipsUnreadable: options.unreadable == .skip)
    let encoding =
      if let known = model?.images {
        known
      } else if let shape {
        try survey.encoding(of: shape)
      } else {
        try survey.encoding(options)
      }
    let rows = try survey.rows(encoding)
    let found = try images.subset(rows.kept, faults: survey.faults.merging(rows.faults) { $1 })
    var dataset = Dataset(features: .bytes(rows.bytes), shape: encoding.shape)
    dataset.images = encoding
    dataset.rowNames = found.names
    dataset.imageReport = survey.report(rows, encoding, of: images)
    guard let labels = found.labels else { return dataset }
    var targets = Targets.classes(labels, names: images.classes)
    if case .classes(let known)? = model?.outputs {
      targets = try found.targets(known: known)
    }
    dataset.targets = targets
    dataset.targetDecision = .folders
    return dataset
  }
}
