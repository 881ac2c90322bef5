/// What stands between the pixels of a feature map that is made larger.
public enum Interpolation: String, Sendable, CaseIterable, ConfigConvertible {
  /// The pixel itself again.
  case nearest
  /// What lies on straight lines between the centres of neighbours; beyond the outermost as there.
  case bilinear
}
