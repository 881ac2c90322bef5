import Descent
import Testing

@testable import DescentCLI

struct ReadableValueTests {
  @Test func keysAreAlignedAndMapsIndented() {
    let value: ConfigValue = [
      "file": "a.h5", "checksum": "valid", "empty": [:], "position": ["epoch": 3, "step": 12],
      "flag": true, "none": nil, "nan": .number(.nan), "list": [1, 2, 3],
    ]
    #expect(
      ReadableValue.text(value) == """
        file      a.h5
        checksum  valid
        empty     none
        position
          epoch  3
          step   12
        flag      yes
        none      none
        nan       NaN
        list      1, 2, 3

        """)
  }

  @Test func alikeMapsBecomeATable() {
    let value: ConfigValue = [
      "layers": [
        ["name": "dense", "output": [64], "parameters": 4160],
        ["name": "dense_1", "output": [10], "parameters": 650],
      ]
    ]
    #expect(
      ReadableValue.text(value) == """
        layers
          name     output  parameters
          dense    64            4160
          dense_1  10             650

        """)
  }

  @Test func differentMapsAreListed() {
    let value: ConfigValue = ["model": [["dense": ["units": 4]], ["dropout": 0.5], "flatten"]]
    #expect(
      ReadableValue.text(value) == """
        model
          - dense
              units  4
          - dropout  0.5
          - flatten

        """)
  }

  @Test func controlCharactersOfAFileAreEscaped() {
    #expect(ReadableValue.text(["a\u{1B}": "b\u{7}"]) == "a\\u{1B}  b\\u{07}\n")
  }
}
