/// Which Descent this is.
public enum DescentVersion {
  /// The version of this library and its command.
  public static let current = "0.1.0"
}
