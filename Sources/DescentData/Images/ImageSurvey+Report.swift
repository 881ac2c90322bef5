import ImageFiles

extension ImageSurvey {
  /// What was read and what became of it.
  func report(_ rows: Rows, _ encoding: ImageEncoding, of images: ImagePaths) -> ImageReport {
    let indices = Dictionary(uniqueKeysWithValues: zip(places, headers.indices))
    let read = rows.kept.compactMap { indices[$0] }
    let headers = read.map { self.headers[$0] }
    var report = ImageReport(
      path: images.path, content: Self.content(headers, encoding))
    let left = images.leftOut
    if !left.isEmpty {
      let more = left.count > 3 ? " and \(Figures.count(left.count - 3)) more" : ""
      report.remarks.append(
        "not looked at, as hidden or of a file manager's: "
          + left.prefix(3).joined(separator: ", ") + more)
    }
    let faults = faults.merging(rows.faults) { $1 }
    if let first = faults.min(by: { $0.key < $1.key }) {
      report.remarks.append(
        "\(Figures.plural(faults.count, "file")) left out (data.image.unreadable), the first: "
          + "\(paths[first.key]) \(first.value.problem)")
    }
    func say(_ words: String, where isSo: (Int) -> Bool) {
      let found = read.indices.filter(isSo)
      guard let first = found.first else { return }
      let others = found.count > 1 ? ", the first of \(Figures.count(found.count))" : ""
      report.remarks.append("\(words): \(path(read[first]))\(others)")
    }
    let outcomes = rows.outcomes
    say("turned upright, as EXIF says") { headers[$0].orientation != .upright }
    let behind = encoding.background.map(String.init) ?? "white"
    say("transparent pixels, shown on \(behind) (data.image.background)") {
      outcomes[$0].isTransparent
    }
    say("16 bits a channel, rounded to 8") { headers[$0].format == .png && headers[$0].bits > 8 }
    say("a gamma of their own, converted to that of sRGB") { headers[$0].hasOwnGamma }
    say("colours of print (CMYK), taken for those of ideal inks") { headers[$0].isCMYK }
    say("colour made grey (data.image.channels)") {
      headers[$0].isColour && encoding.channels == 1
    }
    say("grey made colour of three equal channels (data.image.channels)") {
      !headers[$0].isColour && encoding.channels == 3
    }
    say("damage that costs no pixel (\(outcomes.lazy.compactMap(\.warning).first ?? ""))") {
      outcomes[$0].warning != nil
    }
    return report
  }

  /// `1,203 images (JPEG and PNG) of 20 × 30 to 480 × 640 pixels, stretched to 32 × 32`
  private static func content(_ headers: [ImageHeader], _ encoding: ImageEncoding) -> String {
    let formats = ImageFormat.allCases.filter { format in
      headers.contains { $0.format == format }
    }
    func pixels(_ header: ImageHeader) -> Int { header.width * header.height }
    let least = headers.min { pixels($0) < pixels($1) } ?? headers[0]
    let largest = headers.max { pixels($0) < pixels($1) } ?? headers[0]
    var text =
      "\(Figures.plural(headers.count, "image")) (\(formats.map(\.rawValue).joined(separator: ", "))) of "
      + least.sizeWords
    if largest.sizeWords != least.sizeWords { text += " to \(largest.sizeWords)" }
    text += " pixels"
    if headers.contains(where: { [$0.seenSize.height, $0.seenSize.width] != encoding.sides }) {
      let verb =
        switch encoding.resize {
        case .stretch: "stretched"
        case .crop: "cropped and scaled"
        case .pad: "scaled and padded"
        }
      text += ", \(verb) to \(ImageHeader.words(encoding.sides)) (data.image.resize)"
    }
    return text
  }
}

extension ImageEncoding {
  fileprivate var sides: [Int] { [height, width] }
}
