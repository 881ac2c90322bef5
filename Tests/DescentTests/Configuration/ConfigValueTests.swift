import Testing

@testable import Descent
@testable import DescentCore

/// Values that are awkward in one format or the other.
let awkwardValues: [ConfigValue] = [
  .null, true, false, 0, -7, .integer(.max), .integer(.min),
  1.0, -0.0, 0.1, 1e-5, 1e16, 1.5e300, .number(.leastNonzeroMagnitude),
  .number(.greatestFiniteMagnitude), .number(1e22), .number(123456789.125),
  "", " ", "plain", "a b", "no", "Yes", "on", "y", "true", "True", "null", "~", "1", "-1", "1e3",
  ".5", "0x1F", "010", "1_000", "12:30", "2024-01-31", ".inf", "nan", "-", "- a", "a: b", "a:",
  "#c", "a #c", "*a", "&a", "!a", "%a", "@a", "`a", "|", ">", "[a", "{a", "}", "a,b", "'", "\"",
  "\\", "\\n", "a\nb", "a\r\nb", "\t", "trailing ", " leading", "\u{0}", "\u{1}", "\u{7F}",
  "\u{85}", "\u{A0}", "\u{2028}", "a\u{FEFF}", "\u{FFFE}", "\u{1F600}", "é", "日本", "<<", "=",
  "/data/train.csv", "../x", "?", "? a", "---", "...", "--- a",
  [], [:], [[]], [[:]], [[], [1, [2, [3]]]],
  ["a": [:]], ["": ""], ["no": "no", "1": 1, "<<": 2, "a b": [1, 2.5, "x", nil]],
  [["dense": ["units": 512, "activation": "relu"]], ["dropout": 0.2], "flatten", [:]],
  ["a": ["b": ["c": ["d": ["e": 1]]]]],
  ["list": [[["x": 1], ["y": [1, 2]]], [["z": nil]]]],
  .map(ConfigMap((0..<40).map { ("key_number_\($0)", .integer($0)) })),
  .list((0..<40).map { .string("a longer entry, the number \($0)") }),
  .list([.map(ConfigMap((0..<40).map { ("key_number_\($0)", .list([.integer($0)])) })), 1]),
]

@Suite struct ConfigValueTests {
  @Test(arguments: awkwardValues, [false, true])
  func jsonReadsBackEqual(value: ConfigValue, pretty: Bool) throws {
    let read = try ConfigValue(json: value.json(pretty: pretty), source: "text")
    #expect(read == value)
    // -0.0 == 0.0, so the text must agree as well.
    #expect(read.json() == value.json())
  }

  @Test(arguments: awkwardValues)
  func yamlReadsBackEqual(value: ConfigValue) throws {
    let text = value.yaml()
    let read = try ConfigNode(yaml: text, source: ConfigSource(name: "text")).value
    // An empty text and null are the empty map as a whole config.
    #expect(read == (value == .null ? [:] : value), "\(text)")
    #expect(value == .null || read.json() == value.json())
  }

  @Test func jsonIsWrittenInOneWay() {
    let value: ConfigValue = [
      "b": [1, 1.0, 0.1, 1e-5, 1e16], "a": [:], "c": ["x": nil, "y": "\u{1}/é\n"], "d": [],
    ]
    #expect(
      value.json()
        == #"{"b":[1,1.0,0.1,1e-05,1e+16],"a":{},"c":{"x":null,"y":"\u0001/é\n"},"d":[]}"#)
    let pretty = """
      {
        "b": [
          1,
          1.0,
          0.1,
          1e-05,
          1e+16
        ],
        "a": {},
        "c": {
          "x": null,
          "y": "\\u0001/é\\n"
        },
        "d": []
      }
      """
    #expect(value.json(pretty: true) == pretty)
    #expect(ConfigValue.list([.number(.nan), .number(.infinity)]).json() == "[null,null]")
  }

  @Test func yamlIsWrittenAsPeopleWriteIt() {
    let value: ConfigValue = [
      "name": "fashion-mnist-mlp",
      "model": [
        ["dense": ["units": 512, "activation": "relu"]], ["dropout": 0.2], "flatten",
        [
          "dense": [
            "units": 10, "activation": "softmax", "kernel_initializer": "glorot_uniform",
            "bias_initializer": "zeros", "trainable": true,
          ]
        ],
      ],
      "optimizer": ["adam": ["learning_rate": 1e-5]],
      "target": ["yes", "a b"],
      "nothing": nil,
    ]
    let expected = """
      name: fashion-mnist-mlp
      model:
        - { dense: { units: 512, activation: relu } }
        - { dropout: 0.2 }
        - flatten
        - dense:
            units: 10
            activation: softmax
            kernel_initializer: glorot_uniform
            bias_initializer: zeros
            trainable: true
      optimizer: { adam: { learning_rate: 1.0e-05 } }
      target: ["yes", "a b"]
      nothing: null

      """
    #expect(value.yaml() == expected)
  }

  @Test func pathsAndAccessorsFindValues() {
    let value: ConfigValue = ["model": [["dense": ["units": 64]], "flatten"], "rate": 3.0]
    #expect(value[path: "model.0.dense.units"]?.integerValue == 64)
    #expect(value[path: "model.1"]?.stringValue == "flatten")
    #expect(value[path: ""] == value)
    #expect(value[path: "model.2"] == nil)
    #expect(value[path: "model.-1"] == nil)
    #expect(value[path: "model.0.dense.units.x"] == nil)
    #expect(value["rate"]?.integerValue == 3)
    #expect(value["rate"]?.boolValue == nil)
    #expect(ConfigValue.number(1e300).integerValue == nil)
    #expect(ConfigValue.number(0.5).integerValue == nil)
    #expect(ConfigValue.integer(2).numberValue == 2)
  }

  @Test func mapsKeepTheirOrder() {
    var map: ConfigMap = ["b": 1, "a": 2, "b": 3]
    #expect(map.keys == ["b", "a"])
    #expect(map["b"] == 3)
    map["b"] = nil
    map["c"] = 4
    #expect(map == ["a": 2, "c": 4])
    #expect(map != ["c": 4, "a": 2])
    #expect(map.count == 2 && !map.isEmpty)
  }

  @Test(arguments: [
    ("", "text:1:1: the JSON text ends too early; expected a value"),
    ("{\"a\": 1,}", "text:1:9: found \"}\" in the JSON text; expected a key in double quotes"),
    ("[1,]", "text:1:4: found \"]\" in the JSON text; expected a value"),
    ("[1 2]", "text:1:4: found \"2\" in the JSON text; expected \",\" or \"]\""),
    ("{\"a\" 1}", "text:1:6: found \"1\" in the JSON text; expected \":\""),
    ("{\"a\":1 \"b\"}", "text:1:8: found \"\\\"\" in the JSON text; expected \",\" or \"}\""),
    ("{\"é\":1,\n \"é\":2}", "text:2:2: the key \"é\" is given twice; keep one of them"),
    ("1 1", "text:1:3: found \"1\" in the JSON text; expected the end of the text"),
    ("01", "text:1:1: a number begins with a needless 0; leave the 0 out"),
    ("1.", "text:1:3: the JSON text ends too early; expected a digit after the point"),
    ("1e", "text:1:3: the JSON text ends too early; expected a digit of the exponent"),
    ("-", "text:1:2: the JSON text ends too early; expected a digit"),
    ("1e999", "text:1:1: the number \"1e999\" is too large; 64-bit numbers end at 1.8e308"),
    ("NaN", "text:1:1: found \"N\" in the JSON text; expected a value"),
    ("\"a", "text:1:3: the JSON text ends too early; expected the string's closing quote"),
    (
      "\"\t\"",
      "text:1:2: a string holds the control character 9; write it as an escape, such as \\n"
    ),
    (
      "\"\\x\"",
      #"text:1:2: a string holds an unknown escape; the escapes are \" \\ \/ \b \f \n \r \t \uXXXX"#
    ),
    ("\"\\u12\"", "text:1:4: found \"1\" in the JSON text; expected four hexadecimal digits"),
    (
      "\"\\ud800x\"",
      "text:1:2: half of a surrogate pair stands alone; write both halves, or the character"
    ),
  ])
  func jsonErrorsSayWhere(text: String, expected: String) {
    #expect(message { try ConfigValue(json: text, source: "text") } == expected)
  }

  @Test func jsonTakesEverythingTheStandardHas() throws {
    let text = #" { "a\/\u0041\ud83d\ude00\b\f" : [ -0 , -1.5E+2, 9223372036854775808 ] } "#
    let read = try ConfigValue(json: text, source: "text")
    #expect(read == ["a/A\u{1F600}\u{8}\u{C}": [-0.0, -150.0, 9223372036854775808.0]])
    guard case .number(let zero)? = read[path: "a/A\u{1F600}\u{8}\u{C}.0"] else {
      Issue.record("-0 is a number")
      return
    }
    #expect(zero.sign == .minus)
  }

  @Test func jsonDepthIsLimited() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try ConfigValue(json: nested(64), source: "text")
    let expected =
      "text:1:65: lists and maps are nested more than 64 levels deep; flatten the text"
    #expect(message { try ConfigValue(json: nested(65), source: "text") } == expected)
    #expect(message { try ConfigValue(json: nested(1_000_000), source: "text") } == expected)
  }

  @Test func jsonMustBeUTF8AndNotHuge() {
    #expect(
      message { try ConfigValue(json: [0x22, 0xFF, 0x22], source: "text") }
        == "text: the JSON text is not UTF-8; save it as UTF-8")
    let huge = [UInt8](repeating: 0x20, count: (16 << 20) + 1)
    #expect(
      message { try ConfigValue(json: huge, source: "text") }
        == "text: the JSON text has 16777217 bytes; at most 16777216 are read")
  }
}
