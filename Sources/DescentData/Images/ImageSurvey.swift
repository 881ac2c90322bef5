import ImageFiles

/// What the headers of image files say, before anything is decoded.
struct ImageSurvey {
  /// The files' paths, which messages name.
  let paths: [String]
  /// Those that can be read, by their places among all.
  let places: [Int]
  /// Of those that can be read.
  let headers: [ImageHeader]
  /// What is wrong with the others, by their places.
  let faults: [Int: DescentError]
  /// Whether such are left out.
  let skipsUnreadable: Bool

  /// - Parameters:
  ///   - paths: at least one.
  ///   - skips: whether files are left out that are no images that are read.
  /// - Throws: naming the first such file.
  init(_ paths: [String], skipsUnreadable skips: Bool = false) throws(DescentError) {
    guard ImageFormat.isDecoded else {
      throw DescentError(
        .invalidInput, "is an image, and this descent was built without what decodes images",
        at: paths[0],
        advice:
          "build it with the package's trait Images, which is on by default: swift build -c release"
      )
    }
    let workers = FileTasks.workers
    let limit = FileBytes.defaultLimit / workers
    let results = try FileTasks.map(paths.count, workers: workers) { index throws(DescentError) in
      try Self.attempt(skips) { () throws(DescentError) in
        try Self.header(paths[index], limit: limit)
      }
    }
    let faults = Self.faults(results)
    if faults.count == paths.count, let first = faults[0] { throw first }
    (self.paths, self.faults, skipsUnreadable) = (paths, faults, skips)
    places = paths.indices.filter { faults[$0] == nil }
    headers = results.compactMap { try? $0.get() }
  }

  private static func header(_ path: String, limit: Int) throws(DescentError) -> ImageHeader {
    let file = try FileBytes(contentsOf: path, limit: limit)
    do throws(ImageFault) {
      return try ImageHeader(of: file.bytes)
    } catch {
      throw DescentError(error, at: path)
    }
  }

  /// What comes of a file: an error that leaves it out, or one that is thrown.
  static func attempt<Value>(
    _ skips: Bool, _ body: () throws(DescentError) -> Value
  ) throws(DescentError) -> Result<Value, DescentError> {
    do throws(DescentError) {
      return .success(try body())
    } catch {
      if !skips { throw error }
      return .failure(error)
    }
  }

  static func faults<Value>(_ results: [Result<Value, DescentError>]) -> [Int: DescentError] {
    var faults: [Int: DescentError] = [:]
    for (index, result) in results.enumerated() {
      if case .failure(let error) = result { faults[index] = error }
    }
    return faults
  }

  /// The path of one that can be read.
  func path(_ index: Int) -> String { paths[places[index]] }

  /// How files that are learnt from become rows: as the config says, and where it leaves that open as all of them are.
  ///
  /// - Throws: where they differ in what is left open.
  func encoding(_ options: ImageOptions) throws(DescentError) -> ImageEncoding {
    let first = headers[0]
    if options.channels == nil,
      let other = headers.firstIndex(where: { $0.isColour != first.isColour })
    {
      let (colour, grey) = first.isColour ? (0, other) : (other, 0)
      throw DescentError(
        .invalidInput, "is in colour, and \(path(grey)) is grey", at: path(colour),
        advice: "say what all become: data.image.channels: 1 for grey, 3 for colour")
    }
    if options.height == nil,
      let other = headers.firstIndex(where: { $0.seenSize != first.seenSize })
    {
      throw DescentError(
        .invalidInput,
        "has \(first.sizeWords) pixels (height × width), and \(path(other)) "
          + headers[other].sizeWords, at: path(0),
        advice: "say what all become: data.image.size: [height, width]")
    }
    return ImageEncoding(
      height: options.height ?? first.seenSize.height,
      width: options.width ?? first.seenSize.width,
      channels: options.channels ?? (first.isColour ? 3 : 1), resize: options.resize,
      interpolation: options.interpolation, background: options.background)
  }

  /// How files become rows of a shape that nothing is known of but the shape: as they are.
  ///
  /// - Parameter shape: that of a model which was not trained on image files, or knows of none.
  /// - Throws: where a file is not of this shape.
  func encoding(of shape: [Int]) throws(DescentError) -> ImageEncoding {
    guard shape.count == 3, [1, 3].contains(shape[2]) else {
      throw DescentError(
        .invalidInput,
        "is an image, and the model takes rows of \(ImageHeader.words(shape)) values",
        at: path(0), advice: "give rows as it was trained on")
    }
    for (index, header) in headers.enumerated() {
      let (width, height) = header.seenSize
      let own = [height, width, header.isColour ? 3 : 1]
      guard own != shape else { continue }
      throw DescentError(
        .invalidInput,
        "has \(ImageHeader.words(own)) values, and the model takes \(ImageHeader.words(shape))",
        at: path(index),
        advice:
          "bring it to that size: the model was not trained on image files, so nothing says how")
    }
    return ImageEncoding(height: shape[0], width: shape[1], channels: shape[2])
  }
}

extension ImageHeader {
  /// Height and width as it is seen.
  var sizeWords: String { Self.words([seenSize.height, seenSize.width]) }

  static func words(_ shape: [Int]) -> String {
    shape.map(String.init).joined(separator: " × ")
  }
}

extension DescentError {
  init(_ fault: ImageFault, at path: String) {
    self.init(
      .invalidInput, fault.problem, at: path,
      advice:
        "remove it, or save it as PNG or JPEG anew; data.image.unreadable: skip leaves such files out"
    )
  }
}
