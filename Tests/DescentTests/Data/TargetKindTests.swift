import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData

/// What a target is taken for: as said, as cost and output layer have it, else as a person would take it.
@Suite struct TargetKindTests {
  @Test(arguments: [
    ([0, 1], TargetKind.classes), ([1, 0, 0, 1], .classes), ([2, 0, 1], .classes),
    ([1, 2, 3, 1], .classes), ([-1, 1], .classes), ([0, 2], .classes), ([1, 2], .classes),
    ([0.5, 1.5, 0.5, 0.5], .classes), ((0..<20).map { Float($0) }, .classes),
    ((0..<21).map { Float($0) }, .values), ([0], .values), ([1], .values),
    ([0, 0.5, 1], .values), ([0.5, 1.5], .values), ([-1, 0, 1], .values), ([0, 1, 3], .values),
    ([3, 4, 5, 6], .values), ([0, 1, 1e9], .values), ([0, 1, .nan], .values), ([], .values),
    ([0, 1, .infinity], .values),
  ])
  func infers(numbers: [Float], kind: TargetKind) {
    #expect(TargetKind.infer(numbers) == kind)
  }

  /// Labels of six kinds of soil, say, of which one does not occur: a quantity leaves out what is rare.
  @Test func gapsAreTakenWhereEachNumberIsFrequent() {
    let kinds: [Float] = [1, 2, 3, 4, 5, 7]
    func infer(_ count: Int, _ numbers: [Float]) -> TargetKind {
      TargetKind.infer((0..<count).map { numbers[$0 % numbers.count] })
    }
    #expect(infer(60, kinds) == .classes)
    #expect(infer(59, kinds) == .values)
    #expect(infer(60, [3, 4, 6]) == .values)
    // Of 2,000 numbers 20 have to be one, and 19 are too few.
    func rare(_ every: Int) -> TargetKind {
      TargetKind.infer((0..<2000).map { $0 % every == 0 ? 7 : Float($0 % 4) })
    }
    #expect(rare(100) == .classes)
    #expect(rare(110) == .values)
  }

  private func decision(
    _ numbers: [Double], areIntegers: Bool = true, told: TargetKind? = nil,
    _ expected: TargetExpectation? = nil
  ) -> TargetDecision {
    TargetDecision(
      of: TargetNumbers(numbers, areIntegers: areIntegers), told: told, expected: expected)
  }

  @Test func integersOfAnArrayAreLabelsWhereTheyRepeat() {
    let many = (0..<400).map { Double($0 % 100) }
    #expect(decision(many).kind == .classes)
    #expect(decision(many, areIntegers: false).kind == .values)
    #expect(decision((0..<100).map { Double($0) }).kind == .values)
    #expect(decision([0, 1, 3, 0, 1, 3]).kind == .classes)
    #expect(decision([-3, 0, 7, 7, 0, -3]).reason == "it holds 3 different integers from -3 to 7")
    #expect(decision([100, 900, 2000, 100, 900, 2000]).kind == .values)
    let prices = decision((0..<400).map { Double(31_420 + 731 * $0) })
    #expect(prices.kind == .values)
    #expect(prices.reason == "it holds 400 different whole numbers from 31420 to 323089")
  }

  @Test func theReasonIsSaid() {
    #expect(decision([1, 2, 3]).reason == "it holds whole numbers from 1 to 3")
    #expect(decision([-1, 1]).reason == "it holds two different numbers, -1 and 1")
    #expect(decision([0.25, 1, 2]).reason == "it holds numbers from 0.25 to 2")
    #expect(decision([4, 4]).reason == "it holds nothing but 4")
    #expect(decision([1, 2], told: .values) == .told(.values))
  }

  private func expectation(_ rest: String) throws -> TargetExpectation? {
    try RunConfig(sampleNode("data: { train: x }\n" + rest)).data.expectedTarget
  }

  @Test(arguments: [
    ("model: [dense: {}]\ncost: mean_squared_error", TargetKind.values),
    ("model: [dense: {}]\ncost: { huber: { delta: 2 } }", .values),
    ("model: [dense: {}]\ncost: categorical_crossentropy", .classes),
    ("model: [dense: {}]\ncost: { mean_squared_error: { insist: true } }", nil),
    ("model: [dense: {}]\ncost: binary_crossentropy", nil), ("model: [dense: {}]", nil),
    ("model: [dense: { units: 5 }]", .classes), ("model: [dense: 5]", .classes),
    ("model: [dense: { activation: softmax }]", .classes),
    ("model: [dense: {}, activation: softmax]", .classes), ("model: [dense: 1]", nil),
  ])
  func costAndOutputLayerSettleIt(config: String, kind: TargetKind?) throws {
    #expect(try expectation(config)?.kind == kind)
  }

  @Test func anOutputLayerHasRoomForSoMany() throws {
    let one = try expectation("model: [dense: 1]")
    #expect(decision([1, 2, 3], one).kind == .values)
    #expect(decision([1, 2], one).kind == .classes)
    let three = try expectation("model: [dense: 3]")
    #expect(decision([5, 7, 9, 9], three).kind == .classes)
    #expect(decision([5, 7, 9, 11], areIntegers: false, three).kind == .values)
    #expect(decision([0.5, 7, 9], three).kind == .values)
  }

  @Test func classesAreTheLabelsThatOccur() throws {
    func names(_ integers: [Int64]) throws -> [String]? {
      let array = DataArray(name: "y", shape: [integers.count], elements: .integers(integers))
      guard case .classes(_, let names) = try array.targets(kind: .classes) else { return nil }
      return names
    }
    #expect(try names([3, 1, 2]) == ["1", "2", "3"])
    #expect(try names([10, -1, 9]) == ["-1", "9", "10"])
    #expect(
      try names([9_007_199_254_740_993, 9_007_199_254_740_992])
        == ["9007199254740992", "9007199254740993"])
    let fractions = DataArray(name: "y", shape: [3], elements: .floats([0.1, 2, 0.1]))
    guard case .classes(let indices, let classes) = try fractions.targets(kind: .classes) else {
      Issue.record("the kind was not heeded")
      return
    }
    #expect(indices == [0, 1, 0])
    #expect(classes == ["0.1", "2"])
  }
}
