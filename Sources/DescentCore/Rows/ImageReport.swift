/// What image files were read and what was done with them, for people.
public struct ImageReport: Sendable, Equatable {
  /// The folder or the file.
  public var path: String
  /// How many there are, of which formats and sizes, and what they become, in a few words.
  public var content: String
  /// What else there is to know, each a sentence.
  public var remarks: [String]

  public init(path: String, content: String, remarks: [String] = []) {
    self.path = path
    self.content = content
    self.remarks = remarks
  }
}
