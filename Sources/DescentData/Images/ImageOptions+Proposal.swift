import ImageFiles

extension ImageOptions {
  /// The longest side that is proposed.
  private static let longest = 128

  /// What could be said of a folder's images where they differ, as a map of `data.image`; nil where nothing has to be said,
  /// or the path leads to no folder.
  ///
  /// The size is the median height and width, made smaller until no side is longer than 128 pixels, in multiples of 8.
  ///
  /// - Throws: what is wrong with the folder or a file.
  package static func proposal(for path: String) throws(DescentError) -> ConfigMap? {
    guard ImageFolder.isFolder(path), let images = try Dataset.images(at: path) else { return nil }
    let headers = try ImageSurvey(images.paths).headers
    var map = ConfigMap()
    let sizes = headers.map(\.seenSize)
    if sizes.contains(where: { $0 != sizes[0] }) {
      let heights = sizes.map(\.height).sorted()
      let widths = sizes.map(\.width).sorted()
      let (height, width) = (heights[heights.count / 2], widths[widths.count / 2])
      let scale = min(1, Double(longest) / Double(max(height, width)))
      func side(_ length: Int) -> ConfigValue {
        .integer(max(8, Int((Double(length) * scale / 8).rounded()) * 8))
      }
      map["size"] = .list([side(height), side(width)])
      map["resize"] = .string(ImageEncoding.Resize.crop.rawValue)
    }
    if headers.contains(where: { $0.isColour != headers[0].isColour }) { map["channels"] = 3 }
    return map.isEmpty ? nil : map
  }
}
