import Foundation
import Testing

struct PredictTests {
  /// A folder with a trained run in `run`.
  private func trained() throws -> Scratch {
    let folder = try Scratch.withTable()
    let result = try Descent.run(
      "train", "config.yaml", "--epochs", "30", "--output", "run", in: folder)
    try #require(result.code == 0, "\(result.error)")
    return folder
  }

  @Test func rowsAreReadFromStandardInput() throws {
    let folder = try trained()
    let result = try Descent.run(
      "predict", "run/best.h5", "-", in: folder, input: "y,x\n0,19\n16,0\n")
    #expect(result.code == 0, "\(result.error)")
    #expect(result.output == "prediction\nbelow\nabove\n")
    #expect(result.error == "")
  }

  @Test func aRowsPredictionDependsOnItAlone() throws {
    let folder = try trained()
    let all = try Descent.run(
      "predict", "run/best.h5", "table.csv", "--probabilities", in: folder)
    let lines = all.output.split(separator: "\n")
    try #require(lines.count == 201)
    let rows = twoClasses.split(separator: "\n")
    for row in [1, 100, 200] {
      let one = try Descent.run(
        "predict", "run/best.h5", "-", "--probabilities", in: folder,
        input: rows[0] + "\n" + rows[row] + "\n")
      #expect(one.output == lines[0] + "\n" + lines[row] + "\n")
    }
  }

  /// Columns of the rows go along, be they features, the target or neither, in quotes where they need them.
  @Test func columnsGoAlong() throws {
    let folder = try trained()
    let rows = "y,name,x,note\n0,a,19,\"one, two\"\n16,b,0,\n"
    func predict(_ arguments: String...) throws -> Descent.Result {
      try Descent.start(["predict", "run/best.h5", "-"] + arguments, in: folder, input: rows)
        .finish()
    }
    #expect(
      try predict("--id", "name", "--keep", "note,x").output
        == "name,note,x,prediction\na,\"one, two\",19,below\nb,,0,above\n")
    let probable = try predict("--keep", "name", "--probabilities").output
    #expect(probable.hasPrefix("name,prediction,probability_above,probability_below\na,below,"))
    let unknown = try predict("--id", "nam")
    #expect(
      unknown.code == 65 && unknown.error.contains("the nearest is 'name'"), "\(unknown.error)")
    let twice = try predict("--id", "x", "--keep", "x")
    #expect(twice.code == 64 && twice.error.contains("more than once"), "\(twice.error)")
    let file = try predict("--id", "name", "--output", "p.h5")
    #expect(file.code == 0, "\(file.error)")
    let array = try predict("--id", "name", "--output", "p.npy")
    #expect(array.code == 64 && array.error.contains("write a .csv or .h5 file"), "\(array.error)")
  }

  @Test(arguments: ["p.csv", "p.npy", "p.h5"])
  func predictionsGoIntoFiles(name: String) throws {
    let folder = try trained()
    let result = try Descent.run(
      "predict", "run/best.h5", "table.csv", "--output", name, in: folder)
    #expect(result.code == 0, "\(result.error)")
    #expect(result.output == "")
    #expect(try !Data(contentsOf: folder.url(name)).isEmpty)
  }

  @Test func otherFilesAreRefused() throws {
    let folder = try trained()
    let result = try Descent.run(
      "predict", "run/best.h5", "table.csv", "--output", "p.xlsx", in: folder)
    #expect(result.code == 64)
    #expect(!folder.exists("p.xlsx"))
  }

  @Test func aFolderThatIsNotThereCannotBeWrittenTo() throws {
    let folder = try trained()
    for name in ["no/p.csv", "no/p.npy", "no/p.h5"] {
      let result = try Descent.run(
        "predict", "run/best.h5", "table.csv", "--output", name, in: folder)
      #expect(result.code == 73, "\(result.error)")
    }
  }

  @Test func evaluationFindsWhatWasLearnt() throws {
    let folder = try trained()
    let result = try Descent.run(
      "evaluate", "run/best.h5", "--data", "table.csv", "--json", in: folder)
    let facts = try #require(try result.objects.first)
    #expect(facts["rows"] as? Int == 200)
    #expect(try #require(facts["accuracy"] as? Double) > 0.9)
    // The matrix's diagonal is what was right, and its rows are the classes in the order of their names.
    let matrix = try #require(facts["confusion_matrix"] as? [[Int]])
    let classes = try #require(facts["classes"] as? [[String: Any]])
    #expect(classes.map { $0["name"] as? String } == ["above", "below"])
    #expect(classes.map { $0["rows"] as? Int } == matrix.map { $0.reduce(0, +) })
    let right = Double(matrix[0][0] + matrix[1][1]) / 200
    #expect(abs(try #require(facts["accuracy"] as? Double) - right) < 1e-12)
    #expect(try #require(facts["roc_auc"] as? Double) > 0.9)
    #expect(facts["top_k_accuracy"] == nil)
    let text = try Descent.run("evaluate", "run/best.h5", "--data", "table.csv", in: folder)
    #expect(
      text.output.split(separator: "\n").map { $0.prefix { $0 != " " } } == [
        "data", "rows", "cost", "accuracy", "balanced", "precision", "recall", "f1", "roc", "pr",
        "log", "matthews", "class", "above", "below", "true", "above", "below",
      ])
  }

  @Test func withoutATestSetDataIsAskedFor() throws {
    let result = try Descent.run("evaluate", "run/best.h5", in: trained())
    #expect(result.code == 64)
    #expect(result.error.contains("--data"))
  }
}
