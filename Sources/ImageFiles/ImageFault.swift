/// What is wrong with an image file, in words that can follow its name.
public struct ImageFault: Error, Sendable, Equatable {
  public let problem: String

  public init(_ problem: String) { self.problem = problem }

  /// A library's own words.
  static func library(_ message: String) -> ImageFault {
    ImageFault("cannot be decoded: \(message)")
  }

  static let truncated = ImageFault("is cut off: it ends before its last pixel")
}
