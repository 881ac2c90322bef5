import ImageFiles

extension ImageSurvey {
  /// What was read and what became of it.
  ///
  /// - Parameter folder: the folder of the files, or the path of the only one.
  func report(
    _ folder: String, _ encoding: ImageEncoding, _ outcomes: [Outcome], leftOut: [String] = []
  ) -> ImageReport {
    var report = ImageReport(path: folder, content: content(encoding))
    func say(_ words: String, where isSo: (Int) -> Bool) {
      let found = paths.indices.filter(isSo)
      guard let first = found.first else { return }
      let others = found.count > 1 ? ", the first of \(Figures.count(found.count))" : ""
      report.remarks.append("\(words): \(paths[first])\(others)")
    }
    if !leftOut.isEmpty {
      let more = leftOut.count > 3 ? " and \(Figures.count(leftOut.count - 3)) more" : ""
      report.remarks.append(
        "not looked at, as hidden or of a file manager's: "
          + leftOut.prefix(3).joined(separator: ", ") + more)
    }
    say("turned upright, as EXIF says") { headers[$0].orientation != .upright }
    let behind = encoding.background.map(String.init) ?? "white"
    say("transparent pixels, shown on \(behind) (data.image.background)") {
      outcomes[$0].isTransparent
    }
    say("16 bits a channel, rounded to 8") { headers[$0].format == .png && headers[$0].bits > 8 }
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
  private func content(_ encoding: ImageEncoding) -> String {
    let formats = ImageFormat.allCases.filter { format in
      headers.contains { $0.format == format }
    }
    func pixels(_ header: ImageHeader) -> Int { header.width * header.height }
    let least = headers.min { pixels($0) < pixels($1) } ?? headers[0]
    let largest = headers.max { pixels($0) < pixels($1) } ?? headers[0]
    var text =
      "\(Figures.plural(paths.count, "image")) (\(formats.map(\.rawValue).joined(separator: ", "))) of "
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
