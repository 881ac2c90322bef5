/// Names with a separator between them, as flags have them: `a,b`, or in quotes where a name has the separator in it,
/// `"a,b",c`. Within quotes a quote is doubled.
public struct QuotedNames: Sendable, Equatable {
  public var names: [String]
  /// What follows the end that was looked for; nil where there is none.
  public var rest: String?

  /// Nil where a quote is not closed, or something follows the closing one that is no separator.
  ///
  /// - Parameter end: what ends the names where it stands outside quotes; the text's end where nil.
  public init?(_ text: String, separator: Unicode.Scalar, end: Unicode.Scalar? = nil) {
    names = []
    rest = nil
    let scalars = Array(text.unicodeScalars)
    var position = 0
    func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars)
      return String(text)
    }
    while true {
      var name: [Unicode.Scalar] = []
      if position < scalars.count, scalars[position] == "\"" {
        position += 1
        while true {
          guard position < scalars.count else { return nil }
          if scalars[position] == "\"" {
            position += 1
            guard position < scalars.count, scalars[position] == "\"" else { break }
          }
          name.append(scalars[position])
          position += 1
        }
      } else {
        while position < scalars.count, scalars[position] != separator, scalars[position] != end {
          name.append(scalars[position])
          position += 1
        }
      }
      names.append(string(name))
      guard position < scalars.count else { return }
      if scalars[position] == end {
        rest = string(scalars[(position + 1)...])
        return
      }
      guard scalars[position] == separator else { return nil }
      position += 1
    }
  }
}
