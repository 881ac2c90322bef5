import Testing

@testable import Descent
@testable import DescentData

/// Times of a column, whatever they are written as, in the order in which they were.
@Suite struct TimeReaderTests {
  private func order(_ times: [String]) throws -> [Int] {
    let text = "t,x\n" + times.enumerated().map { "\"\($1)\",\($0)\n" }.joined()
    var options = CSVReader.Options(features: ["x"])
    options.division = CSVReader.Division(column: "t", isTime: true)
    let table = try RawTable(csv(text), options: options, expecting: .anything)
    guard case .times(let instants)? = table.division else { return [] }
    return instants.indices.sorted { (instants[$0], $0) < (instants[$1], $1) }
  }

  @Test(arguments: [
    ["2024-1-2", "2024-01-10", "2024-1-9"],
    ["2024-01-01 1:50", "2024-01-01 13:50", "2024-01-01 10:40"],
    ["2024-01-01T01:30:00", "2024-01-01 05:20:00", "2024-01-01 04:20:00"],
    ["1/31/2024", "2/10/2024", "2/1/2024"], ["31/1/2024", "10/2/2024", "1/2/2024"],
    ["31.1.2024", "10.2.2024", "1.2.2024"], ["2024/01/31", "2024/11/1", "2024/2/1"],
    ["2024-01-01T10:00:00+02:00", "2024-01-01T09:00:00Z", "2024-01-01T08:30:00Z"],
    ["2024-01-01 10:00 AM", "2024-01-01 1:00 PM", "2024-01-01 12:30 PM"],
    ["2024-01-01 12:30 AM", "2024-01-01 11:00 am", "2024-01-01 1:00 a.m."],
    ["2024-01-01 00:00:00.25", "2024-01-01 00:00:01", "2024-01-01 00:00:00.5"],
    ["5 Jan 2024", "Mar 1, 2024", "07-Feb-2024"], ["2023-12-31", "2024-03-01", "2024-02-29"],
    ["1700000000", "1700000000002", "1700000001"],
    ["9007199254740992", "9007199254740994", "9007199254740993"],
    ["-5", "1e2", "9.5"], ["20240101", "20241130", "20240201"],
    ["20240101T0930", "20240101T1015", "20240101T1005"],
    ["2024-05", "2024-11", "2024-06"],
    [
      "Mon, 1 Jan 2024 10:00:00 GMT", "Mon, 1 Jan 2024 10:00:00 -0500",
      "Mon, 1 Jan 2024 12:00:00 +0000",
    ],
  ])
  func timesAreSortedAsTimes(times: [String]) throws {
    #expect(try order(times) == [0, 2, 1])
  }

  @Test(arguments: [
    (["2024-01-01", ""], "says no time"), (["2024-01-01", "NA"], "says no time"),
    (["2024-01-01", "soon"], "no time that is understood"),
    (["2024-02-30", "2024-01-01"], "no time that there is"),
    (["2024-01-01 25:00", "2024-01-01 10:00"], "no time that there is"),
    (["1/2/2024", "3/4/2024"], "either way round"), (["31/1/2024", "1/31/2024"], "otherwise"),
    (["2024-01-01 10:00Z", "2024-01-01 10:00"], "unlike other cells"),
    (["2024-01-01 1:00 PM", "2024-01-01 3:00"], "AM or PM"),
    (["1700000000", "2024-01-01"], "numbers"),
    (["2024-01-01", "1700000000"], "numbers"), (["1/2/24", "3/4/24"], "understood"),
    (["10:40", "11:00"], "understood"),
    (["2024-01-01 13:00 PM", "2024-01-01 1:00 PM"], "understood"),
  ])
  func timesInDoubtAreRefused(times: [String], words: String) {
    let error = failure { try order(times) }
    #expect(error?.description.contains(words) == true, "\(error as Any)")
    #expect(error?.place?.hasPrefix("table.csv:") == true)
  }

  @Test func secondsSince1970() {
    func seconds(_ text: String) -> Int64? {
      WrittenTime(text)?.instant(isDayFirst: true)?.whole
    }
    #expect(seconds("1970-01-01") == 0)
    #expect(seconds("2000-02-29T12:00:00Z") == 951_825_600)
    #expect(seconds("1969-12-31 23:59:59") == -1)
    #expect(seconds("31/12/1999") == 946_598_400)
    #expect(seconds("0001-01-01") == -62_135_596_800)
  }
}
