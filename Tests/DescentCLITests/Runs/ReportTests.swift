import Foundation
import Testing

/// The report of a run, however it ends.
struct ReportTests {
  @Test func anInterruptedRunIsJudgedToo() throws {
    let folder = try Scratch.withTable(config: endlessConfig)
    let running = try Descent.start(
      ["train", "config.yaml", "--quiet", "--output", "run"], in: folder)
    try folder.wait(for: "run/last.h5")
    running.send(SIGTERM)
    #expect(try running.finish().code == 143)
    let page = try folder.read("run/report.html")
    #expect(page.contains("interrupted: epoch ") && !page.contains("http-equiv=\"refresh\""))
    #expect(page.contains("the best model on 40 validation rows"))
    #expect(page.contains("true \\ predicted") && page.contains("<h3>Class by class</h3>"))
  }

  /// Full batches of standardised data with twice the largest rate that is stable: every epoch has four times the
  /// cost of the one before.
  @Test func aDivergedRunsReportSaysSo() throws {
    let folder = try Scratch.withTable(
      config: """
        data: { train: line.csv, target: y, scale: standard, validation: 0.2 }
        model: [{ dense: { units: 1 } }]
        optimizer: { gradient_descent: { learning_rate: 1.5 } }
        batch_size: all
        epochs: 500
        """)
    let rows = (0..<50).map { "\($0 % 11),\(Double($0 * 7 % 13) + 0.5)\n" }
    try folder.write("x,y\n" + rows.joined(), to: "line.csv")
    let result = try Descent.run("train", "config.yaml", "--output", "run", in: folder)
    #expect(result.code == 75, "\(result.error)")
    #expect(result.error.contains("the last good checkpoint is run/last.h5, after epoch "))
    let page = try folder.read("run/report.html")
    #expect(page.contains("diverged: epoch ") && !page.contains("http-equiv=\"refresh\""))
    #expect(page.contains("training diverged") && page.contains("<h2>Findings</h2>"))
    #expect(page.contains("Predicted against true values"))
    #expect(try folder.read("run/curve.svg").hasPrefix("<svg"))
  }

  /// What the report says of the test rows is what `evaluate` finds.
  @Test func theTestRowsAreJudgedAsEvaluateDoes() throws {
    let folder = try Scratch.withTable(
      config: twoClassesConfig.replacing("target: kind,", with: "target: kind, test: table.csv,"))
    let trained = try Descent.run("train", "config.yaml", "--json", "--output", "run", in: folder)
    #expect(trained.code == 0, "\(trained.error)")
    let evaluated = try Descent.run("evaluate", "run/best.h5", "--json", in: folder)
    let test = try #require(try trained.objects.last?["test"] as? [String: Any])
    let found = try #require(try evaluated.objects.last)
    #expect(test["cost"] as? Double == found["cost"] as? Double)
    #expect(test["accuracy"] as? Double == found["accuracy"] as? Double)
    let page = try folder.read("run/report.html")
    #expect(page.contains("the best model on 200 test rows"))
    let matrix = try #require(found["confusion_matrix"] as? [[Int]])
    for count in matrix.joined() where count > 0 { #expect(page.contains(">\(count)</td>")) }
  }
}
