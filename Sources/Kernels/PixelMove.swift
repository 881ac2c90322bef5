/// Where an image's pixels come from: the place (x, y) of the moved image shows the place (a·x + b·y + left, c·x + d·y + top) of
/// the original one. Pixels stand at whole places, the first of a line at 0.
public struct PixelMove: Sendable, Equatable {
  public var a: Double
  public var b: Double
  public var left: Double
  public var c: Double
  public var d: Double
  public var top: Double

  public init(a: Double, b: Double, left: Double, c: Double, d: Double, top: Double) {
    self.a = a
    self.b = b
    self.left = left
    self.c = c
    self.d = d
    self.top = top
  }

  /// Nothing moves.
  public static let none = PixelMove(a: 1, b: 0, left: 0, c: 0, d: 1, top: 0)

  /// By whole pixels, towards the end of lines and towards the last line.
  public static func shift(right: Int, down: Int) -> PixelMove {
    PixelMove(a: 1, b: 0, left: -Double(right), c: 0, d: 1, top: -Double(down))
  }

  /// Left and right change places.
  public static func mirror(width: Int) -> PixelMove {
    PixelMove(a: -1, b: 0, left: Double(width - 1), c: 0, d: 1, top: 0)
  }

  /// Top and bottom change places.
  public static func mirror(height: Int) -> PixelMove {
    PixelMove(a: 1, b: 0, left: 0, c: 0, d: -1, top: Double(height - 1))
  }

  /// This move and then another, as one.
  public func then(_ next: PixelMove) -> PixelMove {
    PixelMove(
      a: a * next.a + b * next.c, b: a * next.b + b * next.d,
      left: a * next.left + b * next.top + left,
      c: c * next.a + d * next.c, d: c * next.b + d * next.d,
      top: c * next.left + d * next.top + top)
  }

  /// A move that only mirrors and goes by whole pixels: it makes no new values.
  struct Whole {
    var right: Bool
    var left: Int
    var down: Bool
    var top: Int

    /// The places of a line at which pixels of the image's own show.
    @inline(__always)
    func inside(width: Int) -> Range<Int> {
      let first = right ? -left : left - width + 1
      let lower = min(max(0, first), width)
      return lower..<max(lower, min(width, first + width))
    }
  }

  /// Beyond these places there is nothing to be seen of any image.
  private static let farthest = 0x1p30

  var whole: Whole? {
    guard b == 0, c == 0, abs(a) == 1, abs(d) == 1, abs(left) <= Self.farthest,
      abs(top) <= Self.farthest, left == left.rounded(), top == top.rounded()
    else { return nil }
    return Whole(right: a > 0, left: Int(left), down: d > 0, top: Int(top))
  }

  /// The place that the moved image's place shows, nowhere out of the reach of whole numbers.
  @inline(__always)
  func source(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (Self.near(a * x + (b * y + left)), Self.near(c * x + (d * y + top)))
  }

  /// What is no number is taken for far away too.
  @inline(__always)
  private static func near(_ place: Double) -> Double {
    max(-farthest, min(farthest, place))
  }
}
