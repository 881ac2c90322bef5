extension ImageView {
  /// Makes this image what another of its size is, moved. Values between pixels are bilinear.
  ///
  /// Elements are computed one by one, so that they are the same with every instruction set.
  public func show(_ original: ImageView, moved move: PixelMove, fill: ImageFill) {
    if let whole = move.whole {
      copy(original, whole, fill)
    } else {
      sample(original, move, fill)
    }
  }

  // MARK: - By whole pixels

  private func copy(_ original: ImageView, _ move: PixelMove.Whole, _ fill: ImageFill) {
    let inside = move.inside(width: width)
    for y in 0..<height {
      guard let line = fill.place((move.down ? y : -y) + move.top, within: height) else {
        pixel(y, 0).update(repeating: Float(fill.value), count: width * channels)
        continue
      }
      copyLine(original.pixel(line, 0), move, inside, to: pixel(y, 0))
      copyOutside(original.pixel(line, 0), move, 0..<inside.lowerBound, fill, to: pixel(y, 0))
      copyOutside(original.pixel(line, 0), move, inside.upperBound..<width, fill, to: pixel(y, 0))
    }
  }

  private func copyLine(
    _ from: UnsafeMutablePointer<Float>, _ move: PixelMove.Whole, _ inside: Range<Int>,
    to line: UnsafeMutablePointer<Float>
  ) {
    guard !inside.isEmpty else { return }
    let to = line + inside.lowerBound * channels
    if move.right {
      to.update(
        from: from + (inside.lowerBound + move.left) * channels, count: inside.count * channels)
      return
    }
    let last = from + (move.left - inside.lowerBound) * channels
    if channels == 1 {
      for x in 0..<inside.count { to[x] = last[-x] }
      return
    }
    for x in 0..<inside.count {
      for channel in 0..<channels { to[x * channels + channel] = last[channel - x * channels] }
    }
  }

  private func copyOutside(
    _ from: UnsafeMutablePointer<Float>, _ move: PixelMove.Whole, _ columns: Range<Int>,
    _ fill: ImageFill, to line: UnsafeMutablePointer<Float>
  ) {
    for x in columns {
      let to = line + x * channels
      if let place = fill.place((move.right ? x : -x) + move.left, within: width) {
        to.update(from: from + place * channels, count: channels)
      } else {
        to.update(repeating: Float(fill.value), count: channels)
      }
    }
  }

  // MARK: - Between pixels

  private func sample(_ original: ImageView, _ move: PixelMove, _ fill: ImageFill) {
    var to = base
    for y in 0..<height {
      for x in 0..<width {
        let place = move.source(Double(x), Double(y))
        let (column, line) = (place.x.rounded(.down), place.y.rounded(.down))
        let (right, down) = (Float(place.x - column), Float(place.y - line))
        let (left, top) = (Int(column), Int(line))
        if left >= 0, left + 1 < width, top >= 0, top + 1 < height {
          let upper = original.pixel(top, left)
          let lower = upper + width * channels
          for channel in 0..<channels {
            to[channel] = Self.between(
              upper[channel], upper[channels + channel], lower[channel],
              lower[channels + channel], right, down)
          }
        } else {
          for channel in 0..<channels {
            to[channel] = Self.between(
              original.value(top, left, channel, fill),
              original.value(top, left + 1, channel, fill),
              original.value(top + 1, left, channel, fill),
              original.value(top + 1, left + 1, channel, fill), right, down)
          }
        }
        to += channels
      }
    }
  }

  @inline(__always)
  private static func between(
    _ a: Float, _ b: Float, _ c: Float, _ d: Float, _ right: Float, _ down: Float
  ) -> Float {
    let upper = a + right * (b - a)
    let lower = c + right * (d - c)
    return upper + down * (lower - upper)
  }

  private func value(_ y: Int, _ x: Int, _ channel: Int, _ fill: ImageFill) -> Float {
    guard let y = fill.place(y, within: height), let x = fill.place(x, within: width) else {
      return Float(fill.value)
    }
    return pixel(y, x)[channel]
  }
}
