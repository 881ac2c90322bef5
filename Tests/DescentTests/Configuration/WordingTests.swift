import Testing

@testable import Descent
@testable import DescentCore

@Suite struct WordingTests {
  @Test(arguments: [
    ("unts", "units"), ("Units", "units"), ("untis", "units"), ("unit", "units"),
    ("learningRate", "learning_rate"), ("learning-rate", "learning_rate"),
    ("lerning_rte", "learning_rate"), ("relux", "relu"), ("x", nil), ("zzzzz", nil), ("", nil),
    ("momentum", nil), (String(repeating: "units", count: 20), nil),
  ])
  func theNearestNameIsFound(name: String, expected: String?) {
    #expect(["units", "learning_rate", "relu", "elu"].nearest(to: name) == expected)
  }

  @Test(arguments: [
    ("", "", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("ab", "ba", 1), ("ca", "abc", 3),
  ])
  func editDistanceCountsSlips(first: String, second: String, expected: Int) {
    #expect(editDistance(Array(first), Array(second)) == expected)
    #expect(editDistance(Array(second), Array(first)) == expected)
  }

  @Test(arguments: [
    (ConfigType.integer(.any), "a whole number"),
    (.integer(.atLeast(1)), "a whole number of at least 1"),
    (.integer(.from(1, to: 10)), "a whole number from 1 to 10"),
    (.number(.above(0)), "a number above 0"),
    (.number(.between(0, 1)), "a number above 0 and below 1"),
    (.number(.from(0, below: 1)), "a number of at least 0 and below 1"),
    (.number(.above(0, to: 0.5)), "a number above 0 and at most 0.5"),
    (.list(of: .string, atLeast: 1), "a list of at least 1, each entry text"),
    (.list(of: .component("layer")), "a list of layers"),
    (.component("optimizer"), "an optimizer (its name, or its name with options)"),
    (.oneOf([.choice(["auto"]), .integer(.atLeast(1))]), "auto or a whole number of at least 1"),
    (.oneOf([.choice(["auto"]), .bool]), "auto, true or false"),
    (.choice(["a", "b", "c"]), "a, b or c"),
  ])
  func typesDescribeThemselves(type: ConfigType, expected: String) {
    #expect(type.words == expected)
  }

  @Test func longValuesAreCutShort() {
    #expect(
      String(repeating: "x", count: 61).excerpt == "\"" + String(repeating: "x", count: 60) + "…\"")
    #expect("a\u{1B}[2J".excerpt == #""a\u001b[2J""#)
  }
}
