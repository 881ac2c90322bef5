import Foundation
import Testing

/// The walk shows code that is compiled and tested.
@Suite struct AddingAKernelTests {
  /// Every block of the article stands in the file that was named last before it.
  @Test func theArticleShowsWhatIsThere() throws {
    let article = try Article("AddingAKernel")
    let parts = article.text.components(separatedBy: "\n```swift\n")
    #expect(parts.count == 5)
    for (before, block) in zip(parts, parts.dropFirst()) {
      let code = try #require(block.components(separatedBy: "\n```").first)
      let path = try #require(before.matches(of: /`((?:Sources|Tests)\/[^`*]+\.swift)`/).last?.1)
      let file = try String(
        contentsOf: repositoryRoot.appending(path: String(path)), encoding: .utf8)
      #expect(file.contains("\n\(code)\n"), "\(path)")
    }
  }
}
