import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData

@Suite struct CSVReaderTests {
  private func read(
    _ text: String, _ options: CSVReader.Options = CSVReader.Options()
  ) throws -> Dataset {
    try CSVReader.read(csv(text), options: options)
  }

  @Test func readsFeaturesAndNumericTarget() throws {
    let data = try read("a,b,price\n1,2.5,100\n-3,4e2,250.5\n", .init(targets: ["price"]))
    #expect(data.count == 2)
    #expect(data.shape == [2])
    #expect(data.featureNames == ["a", "b"])
    #expect(data.floats == [1, 2.5, -3, 400])
    #expect(data.targetValues == [100, 250.5])
    #expect(data.targetNames == ["price"])
  }

  @Test func readsTextTargetAsSortedClasses() throws {
    let data = try read("x,kind\n1,dog\n2,cat\n3,\"dog\"\n", .init(targets: ["kind"]))
    #expect(data.classes == [1, 0, 1])
    #expect(data.targetNames == ["cat", "dog"])
  }

  @Test(arguments: [
    "x,y\r\n1,2\r\n3,4\r\n", "x,y\n1,2\n3,4", "x,y\r\n1,2\r\n3,4\r", "\u{FEFF}x,y\n1,2\n3,4\n\n\n",
    "x,y\n\n1,2\n\r\n3,4\n", "\"x\",\"y\"\n\"1\",2\n3,\"4\"\n", " x , y \n 1 ,\t2\n3 , 4 \n",
    "x;y\n1;2\n3;4\n", "x\ty\n1\t2\n3\t4\n", "x|y\n1|2\n3|4\n", "\n\nx,y\n1,2\n3,4\n",
    "x,y\n+1,2.0\n3e0,\"4\"\r\n",
  ])
  func readsTheSameTableInManyDresses(text: String) throws {
    let data = try read(text)
    #expect(data.featureNames == ["x", "y"])
    #expect(data.floats == [1, 2, 3, 4])
  }

  @Test func readsQuotedNewlinesAndQuotes() throws {
    let data = try read(
      "x,\"the \"\"kind\"\"\"\n1,\"a\nb\"\n2,\"say \"\"hi\"\", you\"\n3,\"a\nb\"\n",
      .init(targets: ["the \"kind\""]))
    #expect(data.floats == [1, 2, 3])
    #expect(data.targetNames == ["a\nb", "say \"hi\", you"])
    #expect(data.classes == [0, 1, 0])
  }

  @Test func detectsAndForcesTheHeader() throws {
    let bare = try read("1,2\n3,4\n")
    #expect(bare.featureNames == ["column_1", "column_2"])
    #expect(bare.count == 2)
    #expect(try read("1,2\n3,4\n", .init(header: .present)).featureNames == ["1", "2"])
    let classes = try read(
      "1,a\n2,b\n", .init(header: .absent, targets: ["column_2"]))
    #expect(classes.classes == [0, 1])
  }

  @Test func readsOneColumn() throws {
    #expect(try read("x\n1\n2\n\n\n").floats == [1, 2])
    #expect(failure { try read("x\n1\n\n2\n") }?.place == "table.csv:3")
  }

  @Test func takesAForcedDelimiter() throws {
    let options = CSVReader.Options(delimiter: UInt8(ascii: " "))
    #expect(try read("x y\n1 2\n", options).floats == [1, 2])
    for delimiter in "5.-\"\nae".utf8 {
      #expect(failure { try read("x y\n1 2\n", .init(delimiter: delimiter)) } != nil)
    }
  }

  @Test func infersWhatATargetIs() throws {
    let integers = try read("x,y\n1,0\n2,2\n3,1\n", .init(targets: ["y"]))
    #expect(integers.classes == [0, 2, 1])
    #expect(integers.targetNames == ["0", "1", "2"])
    let values = try read("x,y\n1,0\n2,2\n3,1\n", .init(targets: ["y"], targetKind: .values))
    #expect(values.targetValues == [0, 2, 1])
    let gap = try read("x,y\n1,0\n2,2\n3,5\n", .init(targets: ["y"]))
    #expect(gap.targetValues == [0, 2, 5])
    let forced = try read(
      "x,y\n1,10\n2,-1.0\n3,10.0\n", .init(targets: ["y"], targetKind: .classes))
    #expect(forced.targetNames == ["-1", "10"])
    #expect(forced.classes == [1, 0, 1])
    let two = try read("x,y,z\n1,0,1\n2,1,0\n", .init(targets: ["z", "y"]))
    #expect(two.targetValues == [1, 0, 0, 1])
    #expect(two.targetNames == ["z", "y"])
  }

  @Test func classesKeepLargeNumbersApart() throws {
    let data = try read(
      "x,id\n1,100000001\n2,100000002\n", .init(targets: ["id"], targetKind: .classes))
    #expect(data.targetNames == ["100000001", "100000002"])
  }

  @Test func choosesFeaturesByName() throws {
    let data = try read("name,a,b\nx,1,2\ny,3,4\n", .init(features: ["b", "a"]))
    #expect(data.featureNames == ["b", "a"])
    #expect(data.floats == [2, 1, 4, 3])
  }

  @Test func readsLabelsAlone() throws {
    guard case .classes(let indices, let names) = try CSVReader.readTargets(csv("kind\nb\na\n"))
    else {
      Issue.record("no classes")
      return
    }
    #expect(indices == [1, 0])
    #expect(names == ["a", "b"])
  }

  @Test(arguments: [0, 1, 7, 8, 9, 300, 2040, 2041, 5000])
  func countsLineFeeds(length: Int) {
    for pattern in [[10], [10, 11, 138, 9], Array(0...255)] as [[UInt8]] {
      let bytes = (0..<length).map { pattern[$0 % pattern.count] }
      let count = bytes.withUnsafeBufferPointer(CSVRows.lineFeeds)
      #expect(count == bytes.count { $0 == 10 })
    }
  }

  /// Numeric targets however they are written, among them those that are not plain.
  @Test func readsTargetsThatAreQuotedOrPadded() throws {
    let text = "x,y\r\n1,2.5\r\n2,\"-3e1\"\r\n3, 4 \r\n4,+5\r\n5,6"
    #expect(try read(text, .init(targets: ["y"])).targetValues == [2.5, -30, 4, 5, 6])
    let huge = failure { try read("x,y\n1,2.5\n2,1e39\n", .init(targets: ["y"])) }
    #expect(huge?.place == "table.csv:3")
    #expect(huge?.problem.contains("too large") == true)
  }

  /// Rows cut among workers give what one worker reads, and the error of the first bad row.
  @Test func chunksChangeNothing() throws {
    var text = "a,b,kind\n"
    for row in 0..<2000 {
      text += "\(row),\(Double(row) / 7),\(["u", "v", "w"][row % 3])\r\n"
      if row % 100 == 0 { text += "\n" }
    }
    let options = CSVReader.Options(targets: ["kind"])
    let whole = try CSVTable(csv(text), options: options)
    #expect(whole.count == 2000)
    for leastChunk in [100, 1000, 10_000] {
      let parts = try CSVTable(csv(text), options: options, leastChunk: leastChunk)
      #expect(parts.count == whole.count)
      #expect(parts.features.numbers == whole.features.numbers)
      #expect(parts.features.places == whole.features.places)
      #expect(parts.rowStarts == whole.rowStarts)
      #expect(
        parts.others.numbers.map(\.bitPattern) == whole.others.numbers.map(\.bitPattern))
    }
    let bad = text.replacing("\r\n1500,", with: "\r\nbad,").replacing(
      "\r\n900,", with: "\r\nworse,")
    for leastChunk in [100, 10_000, 1 << 20] {
      let table = try CSVTable(csv(bad), options: options, leastChunk: leastChunk)
      #expect(table.features.extents.map(\.others) == [2, 0])
    }
    let error = failure { try CSVReader.read(csv(bad), options: options) }
    #expect(error?.place == "table.csv:911")
    #expect(error?.problem.contains("'worse'") == true)
  }

  // MARK: Schemas

  private let schema = TableSchema(
    features: ["a", "b"], targets: ["kind"], classNames: ["v", "u"])

  @Test func matchesAModelsColumnsByName() throws {
    let text = "kind,b,note,a\nu,2,hm,1\nv,4,,3\n"
    let rows = try CSVReader.read(csv(text), schema: schema, readsTargets: false)
    #expect(rows.floats == [1, 2, 3, 4])
    #expect(rows.targets == nil)
    let evaluated = try CSVReader.read(csv(text), schema: schema, readsTargets: true)
    #expect(evaluated.classes == [1, 0])
    #expect(evaluated.targetNames == ["v", "u"])
  }

  @Test func matchesAModelsColumnsByCount() throws {
    let rows = try CSVReader.read(csv("1,2\n3,4\n"), schema: schema, readsTargets: false)
    #expect(rows.floats == [1, 2, 3, 4])
    let error = failure {
      try CSVReader.read(csv("1,2,3\n"), schema: schema, readsTargets: false)
    }
    #expect(error?.problem.contains("3 columns and no header, but 2 named") == true)
    let bare = TableSchema(features: ["column_1", "column_3"], targets: ["column_2"])
    let trained = try CSVReader.read(csv("1,2.5,3\n"), schema: bare, readsTargets: true)
    #expect(trained.floats == [1, 3])
    #expect(trained.targetValues == [2.5])
  }

  @Test func saysWhatAModelMisses() throws {
    let missing = failure {
      try CSVReader.read(csv("a,c\n1,2\n"), schema: schema, readsTargets: false)
    }
    #expect(missing?.problem == "has no column 'b'")
    let unknown = failure {
      try CSVReader.read(csv("a,b,kind\n1,2,u\n1,2,x\n"), schema: schema, readsTargets: true)
    }
    #expect(unknown?.place == "table.csv:3")
    #expect(unknown?.problem.contains("'x'") == true)
    #expect(unknown?.advice == "they are v, u")
  }
}
