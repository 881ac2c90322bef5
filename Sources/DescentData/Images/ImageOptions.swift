/// What a config says of images: `data.image`.
public struct ImageOptions: Sendable, Equatable {
  /// In pixels; nil: what all files have.
  public var height: Int?
  public var width: Int?
  /// 1 for grey, 3 for colour; nil: what all files have.
  public var channels: Int?
  public var resize = ImageEncoding.Resize.stretch
  public var interpolation = ImageEncoding.Interpolation.bilinear
  public var background: UInt8?
  public var unreadable = Unreadable.error
  /// How arrays of images lie; nil: their channels last, and what looks otherwise is refused.
  public var layout: Layout?

  /// What becomes of a file that cannot be read.
  public enum Unreadable: String, Sendable, CaseIterable {
    case error, skip
  }

  /// Where the channels of an array of images are: its second axis, or its last.
  public enum Layout: String, Sendable, CaseIterable {
    case channelsLast = "channels_last"
    case channelsFirst = "channels_first"
  }

  public init() {}

  /// The key of something that is said of image files alone; nil where there is none. Choices have defaults, and may not have
  /// been said.
  var fileKey: String? {
    height != nil ? "size" : channels != nil ? "channels" : background != nil ? "background" : nil
  }

  /// Whether images become rows as it says.
  package func allows(_ encoding: ImageEncoding) -> Bool {
    (height ?? encoding.height, width ?? encoding.width, channels ?? encoding.channels)
      == (encoding.height, encoding.width, encoding.channels)
      && (resize, interpolation, background)
        == (encoding.resize, encoding.interpolation, encoding.background)
  }

  /// The longest side of an image that a network may be given.
  package static let longestSide = 65_535

  package init(_ options: ConfigOptions) throws(DescentError) {
    if let side = options.optionalInteger("size") {
      (height, width) = (side, side)
    } else if let sides = options.optionalList("size")?.compactMap(\.integerValue) {
      guard sides.count == 2 else {
        throw options.error(
          "size", "is a list of \(sides.count)", advice: "it must be [height, width]")
      }
      (height, width) = (sides[0], sides[1])
    }
    channels = options.optionalInteger("channels")
    if channels == 2 {
      throw options.error("channels", "is 2", advice: "it must be 1 for grey or 3 for colour")
    }
    resize = ImageEncoding.Resize(rawValue: options.string("resize")) ?? .stretch
    interpolation =
      ImageEncoding.Interpolation(rawValue: options.string("interpolation")) ?? .bilinear
    background = options.optionalInteger("background").map { UInt8(clamping: $0) }
    unreadable = Unreadable(rawValue: options.string("unreadable")) ?? .error
    layout = options.optionalString("layout").flatMap(Layout.init)
  }
}
