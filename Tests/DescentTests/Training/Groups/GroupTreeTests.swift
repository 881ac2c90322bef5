import Kernels
import Testing

@testable import Descent
@testable import DescentEngine

@Suite struct GroupTreeTests {
  /// Neighbours at distance 1, then at 2, then at 4: what a stranger would write down for the same tree.
  private static func byLevels(_ terms: [String]) -> String {
    var terms = terms
    while terms.count > 1 {
      terms = stride(from: 0, to: terms.count, by: 2).map {
        $0 + 1 < terms.count ? "(\(terms[$0])+\(terms[$0 + 1]))" : terms[$0]
      }
    }
    return terms[0]
  }

  /// Whatever runs of groups are added up first, the sums are put in the same brackets.
  @Test(arguments: 1...17)
  func bracketsDoNotDependOnWhoAddsUp(groups: Int) {
    let tree = GroupTree(groups: groups)
    let expected = Self.byLevels((0..<groups).map(String.init))
    for first in 0...groups {
      for second in first...groups {
        let runs = [0..<first, first..<second, second..<groups].filter { !$0.isEmpty }
        let nodes = runs.flatMap { tree.nodes(of: $0) }
        #expect(nodes.flatMap { Array($0) } == Array(0..<groups))
        let sums = nodes.map { node in
          var terms = node.map(String.init)
          GroupTree.add(node.map { $0..<$0 + 1 }, upTo: node) {
            terms[$0] = "(\(terms[$0])+\(terms[$1]))"
          }
          return terms[0]
        }
        var terms = sums
        GroupTree.add(nodes, upTo: tree.root) { terms[$0] = "(\(terms[$0])+\(terms[$1]))" }
        #expect(terms[0] == expected, "\(runs)")
      }
    }
  }

  /// What ranks of a number that is a power of two hold is one node each.
  @Test func halvesAreNodes() {
    let tree = GroupTree(groups: 8)
    #expect(tree.nodes(of: 0..<4) == [0..<4])
    #expect(tree.nodes(of: 6..<8) == [6..<8])
    #expect(tree.nodes(of: 3..<8) == [3..<4, 4..<8])
    #expect(tree.nodes(of: 1..<7) == [1..<2, 2..<4, 4..<6, 6..<7])
    #expect(GroupTree(groups: 6).nodes(of: 4..<6) == [4..<6])
  }

  @Test(arguments: 1...17)
  func matricesAreAddedUpInTheSameOrder(groups: Int) throws {
    let tree = GroupTree(groups: groups)
    let parts = noise(groups * 3, seed: 4)
    var terms = (0..<groups).map { Array(parts[$0 * 3..<$0 * 3 + 3]) }
    GroupTree.add(terms.indices.map { $0..<$0 + 1 }, upTo: tree.root) { sum, other in
      for index in 0..<3 { terms[sum][index] += terms[other][index] }
    }
    let sum = AlignedFloats.matrix(rows: 1, columns: 3)
    let scratch = AlignedFloats(count: (tree.depth + 1) * Matrix.padding)
    GroupTree.form(
      tree.root, into: sum.matrix, scratch: scratch.matrix(rows: 1, columns: 3),
      spacing: Matrix.padding, kernels: .best
    ) { group, sum in
      for index in 0..<3 { sum[0, index] = parts[group * 3 + index] }
    }
    #expect(Array(sum.matrix.row(0)).map(\.bitPattern) == terms[0].map(\.bitPattern))
  }

  /// A batch's rows, by groups: consecutive, complete, and none twice; of fewer rows than groups some are empty.
  @Test(arguments: [1, 3, 4, 10, 107], [1, 2, 3, 4, 7])
  func sharesAreTheBatch(rows: Int, groups: Int) {
    let shards = Shards(rows: rows, count: max(groups, Shards.automaticCount(rows: rows)))
    let whole = BatchShare(of: shards, GroupShare(among: GroupTree(groups: groups)))
    #expect(whole.rows == rows && whole.firstRow == 0)
    #expect(whole.rowsOfGroups.flatMap { Array($0) } == Array(0..<rows))
    for split in 1..<max(groups, 2) where split < groups {
      let tree = GroupTree(groups: groups)
      let (one, other) = (
        BatchShare(of: shards, GroupShare(0..<split, among: tree)),
        BatchShare(of: shards, GroupShare(split..<groups, among: tree))
      )
      #expect(one.firstRow == 0 && other.firstRow == one.rows)
      #expect(one.rows + other.rows == rows)
      #expect(one.batchRows == rows && other.batchRows == rows)
      let placed = other.rowsOfGroups.map {
        $0.lowerBound + one.rows..<$0.upperBound + one.rows
      }
      #expect(one.rowsOfGroups + placed == whole.rowsOfGroups)
    }
  }
}
