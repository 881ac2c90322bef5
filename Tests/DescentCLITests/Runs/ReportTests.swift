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

  /// All pictures are the same, so half of the answers are wrong, whatever is learnt.
  @Test func filtersAndMistakesOfANetworkOfMapsAreShown() throws {
    let folder = try Scratch.withTable(
      config: """
        data: { train: { features: x.idx, labels: y.idx }, validation: 0.5 }
        model:
          - conv2d: { filters: 5, kernel_size: 3, activation: relu }
          - global_average_pooling2d
          - dense: { units: 2, activation: softmax }
        epochs: 1
        """)
    func idx(_ shape: [UInt8], _ bytes: [UInt8]) -> Data {
      Data([0, 0, 8, UInt8(shape.count)] + shape.flatMap { [0, 0, 0, $0] } + bytes)
    }
    let image = (0..<48).map { UInt8($0 * 5) }
    try idx([40, 4, 4, 3], (0..<40).flatMap { _ in image }).write(to: folder.url("x.idx"))
    try idx([40], (0..<40).map { $0 % 2 }).write(to: folder.url("y.idx"))
    let result = try Descent.run("train", "config.yaml", "--quiet", "--output", "run", in: folder)
    #expect(result.code == 0, "\(result.error)")
    let page = try folder.read("run/report.html")
    #expect(
      page.contains(
        "conv2d, the best model's: 5 filters over 3 × 3 pixels, weights of red, green and blue"))
    #expect(page.components(separatedBy: "alt=\"filter ").count == 6)
    let samples = page.components(separatedBy: "<figure>").dropFirst()
    #expect(!samples.isEmpty)
    #expect(samples.allSatisfy { $0.contains("data:image/png") && $0.contains(" taken for ") })
    // A model file is looked at in the same way.
    let plot = try Descent.run("plot", "run", "--output", "page.html", in: folder)
    #expect(plot.code == 0, "\(plot.error)")
    #expect(try folder.read("page.html").contains("alt=\"filter 5\""))
  }
}
