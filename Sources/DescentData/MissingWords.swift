/// The words that stand for a value that is missing.
struct MissingWords: Sendable, Equatable {
  /// Those that mean so in every column: what pandas, R, NumPy, Weka, SAS and databases write.
  static let everywhere: Set<String> = [
    "", "NA", "N/A", "n/a", "na", "<NA>", "#N/A", "#N/A N/A", "#NA", "NaN", "nan", "NAN", "-NaN",
    "-nan",
    "NULL", "Null", "null", "None", "?", ".",
  ]
  /// Those that mean so in a column of numbers; in one of text they may be a category like any other.
  static let amongNumbers: Set<String> = ["-", "--", "none", "NONE", "missing", "Missing", "*"]

  let words: Set<String>
  let numberWords: Set<String>
  /// Numbers among the words that were given: -999.
  let numbers: Set<Float>

  init(_ options: CSVReader.Options) {
    let given = Set(options.missingWords + [""])
    words = options.replacesMissingWords ? given : Self.everywhere.union(given)
    numbers = Set(
      options.missingWords.compactMap { word in
        Array(word.utf8).withUnsafeBufferPointer(DecimalParser().parse)
      })
    numberWords = options.replacesMissingWords ? given : words.union(Self.amongNumbers)
  }
}
