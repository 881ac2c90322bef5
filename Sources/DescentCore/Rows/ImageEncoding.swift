/// How an image file becomes a row of [height, width, channels]; found before training, and stored with the model, so that an
/// image of any size is taken as those that were trained on.
public struct ImageEncoding: Sendable, Equatable {
  /// What becomes of an image of another shape.
  public enum Resize: String, Sendable, CaseIterable {
    /// All of it is shown, its sides scaled each for itself.
    case stretch
    /// Its middle is shown, as much of it as has the right shape.
    case crop
    /// All of it is shown, with margins at two sides.
    case pad
  }

  /// How the pixels of another size are made of those that there are.
  public enum Interpolation: String, Sendable, CaseIterable {
    /// Means with weights that fall to both sides, over as much as a new pixel covers.
    case bilinear
    /// The same with weights that keep edges sharper.
    case bicubic
    /// The mean of what a new pixel covers.
    case area
    /// The pixel in the middle.
    case nearest
  }

  public var height: Int
  public var width: Int
  /// 1 for grey, 3 for colour.
  public var channels: Int
  public var resize: Resize
  public var interpolation: Interpolation
  /// The brightness, from 0 to 255, behind transparent pixels and of margins; nil: white behind those, and black margins.
  public var background: UInt8?

  public init(
    height: Int, width: Int, channels: Int, resize: Resize = .stretch,
    interpolation: Interpolation = .bilinear, background: UInt8? = nil
  ) {
    self.height = height
    self.width = width
    self.channels = channels
    self.resize = resize
    self.interpolation = interpolation
    self.background = background
  }

  /// The shape of a row.
  public var shape: [Int] { [height, width, channels] }
}
