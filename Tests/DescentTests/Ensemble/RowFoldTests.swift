import Testing

@testable import DescentCore

/// The division of rows into folds.
@Suite struct RowFoldTests {
  private static func rows(_ classes: [Int32], names: Int) -> Dataset {
    Dataset(
      features: .floats(classes.map { Float($0) }), shape: [1],
      targets: .classes(classes, names: (0..<names).map { "\($0)" }))
  }

  @Test func everyRowValidatesOnceAndEveryPartHasItsShareOfEachClass() throws {
    let classes = (0..<103).map { Int32($0 % 10 == 0 ? 2 : $0 % 3 == 0 ? 1 : 0) }
    let data = Self.rows(classes, names: 3)
    let splits = try (0..<5).map { try RowSplit(data, fold: $0, of: 5, seed: 9) }
    #expect(splits.flatMap(\.validation).sorted() == Array(0..<103))
    for split in splits {
      #expect((20...21).contains(split.validation.count))
      #expect((split.training + split.validation).sorted() == Array(0..<103))
      for name in Int32(0)...2 {
        let all = classes.filter { $0 == name }.count
        let own = split.validation.filter { classes[$0] == name }.count
        #expect(own == all / 5 || own == all / 5 + 1)
      }
    }
    let other = try RowSplit(data, fold: 0, of: 5, seed: 10)
    #expect(other.validation != splits[0].validation)
    #expect(try RowSplit(data, fold: 0, of: 5, seed: 9).validation == splits[0].validation)
  }

  @Test func groupsStayTogetherAndPartsAreOfLikeSize() throws {
    let groups = (0..<90).map { Int32($0 < 30 ? 0 : 1 + $0 % 7) }
    let splits = try (0..<3).map { try RowSplit(groups: groups, fold: $0, of: 3, seed: 4) }
    #expect(splits.flatMap(\.validation).sorted() == Array(0..<90))
    for split in splits {
      let own = Set(split.validation.map { groups[$0] })
      #expect(own.isDisjoint(with: split.training.map { groups[$0] }))
      #expect((20...40).contains(split.validation.count))
    }
  }

  @Test func whatCannotBeDividedIsRefused() {
    let data = Self.rows([0, 1, 0], names: 2)
    #expect(throws: DescentError.self) { try RowSplit(data, fold: 0, of: 4, seed: 0) }
    #expect(throws: DescentError.self) { try RowSplit(data, fold: 0, of: 1, seed: 0) }
    #expect(throws: DescentError.self) { try RowSplit(data, fold: 3, of: 3, seed: 0) }
    #expect(throws: DescentError.self) {
      try RowSplit(groups: [0, 0, 1], fold: 0, of: 3, seed: 0)
    }
  }
}
