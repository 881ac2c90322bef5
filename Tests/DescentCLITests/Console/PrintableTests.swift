import Descent
import Testing

@testable import DescentCLI

struct PrintableTests {
  @Test(arguments: [
    ("plain", "plain"), ("größe 8×8", "größe 8×8"), ("a\u{1B}[2Jb", "a\\u{1B}[2Jb"),
    ("a\nb\tc", "a\\nb\\tc"), ("\u{9B}31m", "\\u{009B}31m"), ("x\u{202E}y", "x\\u{202E}y"),
  ])
  func controlCharactersAreEscaped(text: String, shown: String) {
    #expect(text.printable == shown)
  }

  @Test(arguments: [
    ("runs/digits", "runs/digits"), ("my runs", "'my runs'"), ("it's", #"'it'\''s'"#),
    ("", "''"), ("-x", "./-x"), ("a;b", "'a;b'"), ("a\"$b", "'a\"$b'"),
  ])
  func wordsOfTheShellAreQuoted(text: String, quoted: String) {
    #expect(text.shellQuoted == quoted)
  }

  @Test func shortErrorsStandOnOneLine() {
    let error = DescentError(.invalidInput, "is odd", at: "c.yaml:3", advice: "make it even")
    #expect(error.message == "descent: c.yaml:3: is odd; make it even")
  }

  @Test func theAdviceOfLongErrorsHasItsOwnLine() {
    let long = String(repeating: "very ", count: 20) + "odd"
    let error = DescentError(.invalidInput, "is \(long)", at: "c.yaml:3", advice: "make it even")
    #expect(error.message == "descent: c.yaml:3: is \(long)\n  make it even")
  }
}
