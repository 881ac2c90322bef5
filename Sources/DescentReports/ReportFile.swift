/// Writing pictures and pages.
public enum ReportFile {
  /// Writes a text file: complete, or not at all.
  ///
  /// - Throws: `cannotCreate` or `inputOutput`.
  public static func write(_ text: String, to path: String) throws(DescentError) {
    try AtomicFile.write(text, to: path)
  }
}
