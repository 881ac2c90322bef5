import DescentCore
import ImageFiles

extension Pixels {
  /// The image in the shape that a model takes: its opacity, its channels and its size brought into it in this order.
  func encoded(_ encoding: ImageEncoding) -> Pixels {
    opaque(on: encoding.background ?? 255).with(channels: encoding.channels).resized(encoding)
  }

  /// Whether something behind it shows.
  var isTransparent: Bool {
    (channels == 2 || channels == 4)
      && stride(from: channels - 1, to: bytes.count, by: channels).contains { bytes[$0] < 255 }
  }

  /// The image without opacity, in front of a grey of some brightness. Colours are mixed as they are stored.
  private func opaque(on background: UInt8) -> Pixels {
    guard channels == 2 || channels == 4 else { return self }
    let colours = channels - 1
    var opaque: [UInt8] = []
    opaque.reserveCapacity(width * height * colours)
    for start in stride(from: 0, to: bytes.count, by: channels) {
      let opacity = Int(bytes[start + colours])
      let rest = (255 - opacity) * Int(background)
      for place in start..<start + colours {
        opaque.append(UInt8((Int(bytes[place]) * opacity + rest + 127) / 255))
      }
    }
    return Pixels(width: width, height: height, channels: colours, bytes: opaque)
  }

  /// Grey made of colour by the weights of ITU-R 601, in 16 bits as Pillow does, or colour of three equal channels.
  private func with(channels wanted: Int) -> Pixels {
    guard wanted != channels else { return self }
    var changed: [UInt8] = []
    changed.reserveCapacity(width * height * wanted)
    if wanted == 1 {
      for start in stride(from: 0, to: bytes.count, by: 3) {
        let (red, green, blue) = (bytes[start], bytes[start + 1], bytes[start + 2])
        let sum = 19_595 * Int(red) + 38_470 * Int(green) + 7_471 * Int(blue) + 0x8000
        changed.append(UInt8(sum >> 16))
      }
    } else {
      for grey in bytes { for _ in 0..<wanted { changed.append(grey) } }
    }
    return Pixels(width: width, height: height, channels: wanted, bytes: changed)
  }

  private func resized(_ encoding: ImageEncoding) -> Pixels {
    let size = (width: encoding.width, height: encoding.height)
    let filter = ResamplingFilter.of(encoding.interpolation)
    switch encoding.resize {
    case .stretch: return resampled(to: size, from: whole, filter)
    case .crop: return resampled(to: size, from: middle(of: size), filter)
    case .pad:
      let inner = contained(in: size)
      return resampled(to: inner, from: whole, filter)
        .placed(in: size, background: encoding.background ?? 0)
    }
  }

  private var whole: SourceBox {
    SourceBox(left: 0, top: 0, right: Float(width), bottom: Float(height))
  }

  /// The largest stretch in the middle that has the sides' ratio of `size`.
  private func middle(of size: (width: Int, height: Int)) -> SourceBox {
    let (ratio, own) = (
      Double(size.width) / Double(size.height), Double(width) / Double(height)
    )
    var (boxWidth, boxHeight) = (Double(width), Double(height))
    if own > ratio {
      boxWidth = ratio * boxHeight
    } else if own < ratio {
      boxHeight = boxWidth / ratio
    }
    let (left, top) = ((Double(width) - boxWidth) * 0.5, (Double(height) - boxHeight) * 0.5)
    return SourceBox(
      left: Float(left), top: Float(top), right: Float(left + boxWidth),
      bottom: Float(top + boxHeight))
  }

  /// The largest size of the image's own ratio that fits, rounded to the nearest even where it lies between two.
  private func contained(in size: (width: Int, height: Int)) -> (width: Int, height: Int) {
    let (ratio, own) = (
      Double(size.width) / Double(size.height), Double(width) / Double(height)
    )
    func rounded(_ value: Double) -> Int { max(1, Int(value.rounded(.toNearestOrEven))) }
    if own > ratio {
      return (size.width, rounded(Double(height) / Double(width) * Double(size.width)))
    }
    if own < ratio {
      return (rounded(Double(width) / Double(height) * Double(size.height)), size.height)
    }
    return size
  }

  /// The image in the middle of margins.
  private func placed(in size: (width: Int, height: Int), background: UInt8) -> Pixels {
    guard width != size.width || height != size.height else { return self }
    func margin(_ room: Int) -> Int { Int((Double(room) * 0.5).rounded(.toNearestOrEven)) }
    let (left, top) = (margin(size.width - width), margin(size.height - height))
    var padded = [UInt8](repeating: background, count: size.width * size.height * channels)
    for row in 0..<height {
      let (from, to) = (row * width * channels, ((top + row) * size.width + left) * channels)
      padded[to..<to + width * channels] = bytes[from..<from + width * channels]
    }
    return Pixels(width: size.width, height: size.height, channels: channels, bytes: padded)
  }
}
