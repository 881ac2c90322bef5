import ImageFiles

/// What the headers of image files say, before anything is decoded.
struct ImageSurvey {
  /// The files' paths, which messages name.
  let paths: [String]
  let headers: [ImageHeader]

  /// - Parameter paths: at least one.
  /// - Throws: naming the first file that is no image that is read.
  init(_ paths: [String]) throws(DescentError) {
    self.paths = paths
    guard ImageFormat.isDecoded else {
      throw DescentError(
        .invalidInput, "is an image, and this descent was built without what decodes images",
        at: paths[0],
        advice: "build it with the package's trait Images, which is on by default")
    }
    let workers = FileTasks.workers
    let limit = FileBytes.defaultLimit / workers
    headers = try FileTasks.map(paths.count, workers: workers) { index throws(DescentError) in
      let file = try FileBytes(contentsOf: paths[index], limit: limit)
      do throws(ImageFault) {
        return try ImageHeader(of: file.bytes)
      } catch {
        throw DescentError(error, at: paths[index])
      }
    }
  }

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
        .invalidInput, "is in colour, and \(paths[grey]) is grey", at: paths[colour],
        advice: "say what all become: data.image.channels: 1 for grey, 3 for colour")
    }
    if options.height == nil,
      let other = headers.firstIndex(where: { $0.seenSize != first.seenSize })
    {
      throw DescentError(
        .invalidInput,
        "has \(first.sizeWords) pixels (height × width), and \(paths[other]) "
          + headers[other].sizeWords, at: paths[0],
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
        at: paths[0], advice: "give rows as it was trained on")
    }
    for (path, header) in zip(paths, headers) {
      let (width, height) = header.seenSize
      let own = [height, width, header.isColour ? 3 : 1]
      guard own != shape else { continue }
      throw DescentError(
        .invalidInput,
        "has \(ImageHeader.words(own)) values, and the model takes \(ImageHeader.words(shape))",
        at: path,
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
      advice: "remove it, or save it as a PNG or JPEG file that other programs open")
  }
}
