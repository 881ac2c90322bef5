/// What stands outside an image, for a move that brings it in.
public struct ImageFill: Sendable, Equatable {
  public enum Mode: String, Sendable, CaseIterable {
    /// One value everywhere.
    case constant
    /// The nearest pixel of the image.
    case edge
    /// The image mirrored at its edges, their pixels twice.
    case reflect
  }

  public var mode: Mode
  /// The value of `constant`, in the unit of the image.
  public var value: Double

  public init(_ mode: Mode = .constant, value: Double = 0) {
    self.mode = mode
    self.value = value
  }

  /// The place along an axis that stands for another one; nil where that is the constant.
  @inline(__always)
  func place(_ place: Int, within length: Int) -> Int? {
    if place >= 0, place < length { return place }
    switch mode {
    case .constant: return nil
    case .edge: return place < 0 ? 0 : length - 1
    case .reflect:
      let rest = place % (2 * length)
      let within = rest < 0 ? rest + 2 * length : rest
      return within < length ? within : 2 * length - 1 - within
    }
  }
}
