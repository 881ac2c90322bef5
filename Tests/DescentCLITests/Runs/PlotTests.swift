import Foundation
import Testing

/// `descent plot`, and the pictures in a run's folder.
struct PlotTests {
  private static let folder: Result<Scratch, any Error> = Result {
    let folder = try Scratch.withTable()
    for (name, epochs) in [("a", "3"), ("b", "2")] {
      let result = try Descent.run(
        "train", "config.yaml", "--output", name, "--epochs", epochs, "--quiet", in: folder)
      #expect(result.code == 0, "\(result.error)")
    }
    return folder
  }

  @Test func aRunsFolderHoldsItsCurveAndItsReport() throws {
    let folder = try Self.folder.get()
    let curve = try folder.read("a/curve.svg")
    #expect(curve.hasPrefix("<svg ") && curve.hasSuffix("</svg>\n"))
    #expect(curve.contains(">best: epoch ") && curve.contains(">validation<"))
    let page = try folder.read("a/report.html")
    for heading in ["Curves", "Classes", "Network", "Run", "Config"] {
      #expect(page.contains("<h2>\(heading)</h2>"), "\(heading)")
    }
    #expect(page.contains("finished: epoch 3 of 3"))
    #expect(!page.contains("http-equiv=\"refresh\"") && !page.contains("<script"))
    #expect(page.contains(">above<") && page.contains(">below<"))
  }

  @Test func aResumedRunHasOneCurve() throws {
    let folder = try Scratch.withTable()
    #expect(
      try Descent.run(
        "train", "config.yaml", "--output", "r", "--epochs", "2", "--quiet", in: folder
      ).code == 0)
    #expect(try Descent.run("resume", "r", "--epochs", "4", "--quiet", in: folder).code == 0)
    let curve = try folder.read("r/curve.svg")
    #expect(curve.components(separatedBy: ">resumed<").count == 2)
    // One line of four epochs on the training rows, and nothing that interrupts it; the other is the legend's.
    let lines = curve.matches(of: /class="dc-line dc-s0" d="([^"]*)"/).map(\.output.1)
    let line = try #require(lines.max { $0.count < $1.count })
    #expect(line.filter { $0 == "M" }.count == 1 && line.filter { $0 == "L" }.count == 3)
    #expect(try folder.read("r/report.html").contains("<dt>resumed</dt>"))
  }

  @Test func theTerminalGetsACurve() throws {
    let folder = try Self.folder.get()
    let plain = try Descent.run("plot", "a", in: folder, environment: ["LC_ALL": "C"])
    #expect(plain.code == 0 && plain.error.isEmpty)
    #expect(plain.output.contains("* training") && plain.output.contains("o validation"))
    #expect(plain.output.utf8.allSatisfy { $0 < 0x80 && $0 != 0x1B })
    #expect(plain.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let both = try Descent.run("plot", "a", "b/last.h5", in: folder)
    #expect(both.output.contains("a, training") && both.output.contains("b/last.h5, validation"))
    let rate = try Descent.run("plot", "a", "--column", "learning_rate", in: folder)
    #expect(rate.code == 0 && rate.output.contains("learning rate"))
  }

  @Test func picturesAndPagesAreWritten() throws {
    let folder = try Self.folder.get()
    #expect(try Descent.run("plot", "a", "b", "--output", "both.svg", in: folder).code == 0)
    #expect(try folder.read("both.svg").contains("b, validation"))
    #expect(try Descent.run("plot", "a", "b", "--output", "both.html", in: folder).code == 0)
    #expect(try folder.read("both.html").contains("<h2>Runs</h2>"))
    #expect(try Descent.run("plot", "a", "--output", "one.html", in: folder).code == 0)
    #expect(try folder.read("one.html").contains("<h2>Classes</h2>"))
  }

  @Test(arguments: [
    (["plot", "nowhere"], 66, "no such run"), (["plot", "table.csv"], 65, "HDF5"),
    (["plot", "a", "--output", "a.png"], 64, "must end with .svg or .html"),
    (["plot", "a", "--column", "costs"], 64, "no run has costs"),
    (["plot", "a", "--output", "none/x.svg"], 73, "cannot be created"), (["plot"], 64, "run"),
  ])
  func mistakesAreNamed(arguments: [String], code: Int, message: String) throws {
    let result = try Descent.start(arguments, in: Self.folder.get()).finish()
    #expect(result.code == Int32(code), "\(result.error)")
    #expect(result.error.contains(message), "\(result.error)")
  }
}
