import Testing

@testable import Descent
@testable import DescentCore

@Suite struct PathNameTests {
  @Test(arguments: [
    ("a", ".", "a"), ("", ".", ""), ("ab", ".", "ab"), ("a/b", "a", "b"), ("/a", "/", "a"),
    ("./a", ".", "a"), ("a//b//", "a", "b"), ("/", ".", ""), ("é/x.h5", "é", "x.h5"),
    ("../runs/a", "../runs", "a"),
  ])
  func pathsAreTakenApart(path: String, parent: String, last: String) {
    #expect(PathName.parent(of: path) == parent)
    #expect(PathName.last(of: path) == last)
  }
}
