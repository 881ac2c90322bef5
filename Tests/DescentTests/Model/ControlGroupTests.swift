import Foundation
import Testing

@testable import Descent
@testable import DescentCore

/// What control groups allow, read from trees of files as the system shows them.
struct ControlGroupTests {
  /// A tree of limits, taken away when nobody holds it.
  private final class Tree {
    let root = NSTemporaryDirectory() + UUID().uuidString

    init(_ files: [String: String]) throws {
      for (name, text) in files {
        let path = "\(root)/\(name)"
        try FileManager.default.createDirectory(
          atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      }
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }
  }

  @Test func limitsOfAllGroupsAboveCount() throws {
    let tree = try Tree([
      "memory.max": "max\n", "user/memory.max": "4000000\n", "user/memory.high": "3000000\n",
      "user/job/memory.max": "5000000\n", "user/job/memory.high": "max\n",
    ])
    let limits = ControlGroup.limits(
      resident: 1_000_000, membership: "0::/user/job\n", root: tree.root)
    #expect(limits.map(\.room).sorted() == [2_000_000, 3_000_000, 4_000_000])
    let least = try #require(limits.min { $0.room < $1.room })
    #expect(least.words.hasPrefix("memory.high of the control group allows "), "\(least.words)")
    #expect(least.advice == "raise the limit of \(tree.root)/user")
  }

  @Test func theFirstVersionHasALimitOfItsOwn() throws {
    let tree = try Tree([
      "memory/memory.limit_in_bytes": "9223372036854771712\n",
      "memory/job/memory.limit_in_bytes": "700000\n", "cpu/job/memory.limit_in_bytes": "1\n",
    ])
    let limits = ControlGroup.limits(
      resident: 900_000, membership: "12:cpu:/job\n7:memory,hugetlb:/job\n", root: tree.root)
    #expect(limits.map(\.room) == [0])
  }

  /// In a container the group's path is the machine's.
  @Test(arguments: ["0::/machine/job\n", "0::/../job\n", "0::/\n"])
  func groupsThatAreNotSeenLeaveTheRoot(membership: String) throws {
    let tree = try Tree(["memory.max": "1000\n"])
    #expect(
      ControlGroup.limits(resident: nil, membership: membership, root: tree.root).map(\.room)
        == [1000])
  }

  @Test(arguments: ["", "nonsense", "0::", "0:x:/a\n", "a:b:c:d\n"])
  func whatIsNotUnderstoodLimitsNothing(membership: String) throws {
    let tree = try Tree(["other": ""])
    #expect(ControlGroup.limits(resident: 5, membership: membership, root: tree.root).isEmpty)
  }
}
