import Foundation
import Testing

/// `descent plot --surface`.
struct SurfaceTests {
  /// Four points on a line, and as many runs as are made to differ.
  private static let folder: Result<Scratch, any Error> = Result {
    let folder = try Scratch()
    try folder.write("x,y\n0,1\n1,3\n2,5\n3,7\n", to: "table.csv")
    try folder.write("x,y\n0,1\n1,3\n2,5\n3,8\n", to: "other.csv")
    try folder.write(
      """
      data: { train: table.csv, target: y }
      model: [{ dense: { units: 1 } }]
      optimizer: { gradient_descent: { learning_rate: 0.05 } }
      batch_size: all
      epochs: 20
      """, to: "line.yaml")
    func train(_ name: String, _ settings: String...) throws {
      let flags = settings.flatMap { ["--set", $0] }
      let result = try Descent.start(
        ["train", "line.yaml", "--output", name, "--quiet"] + flags, in: folder
      ).finish()
      #expect(result.code == 0, "\(result.error)")
    }
    try train("line")
    try train("momentum", "optimizer={momentum: {learning_rate: 0.05}}", "seed=3")
    try train("slope", "model=[{dense: {units: 1, use_bias: false}}]")
    try train("wide", "model=[{dense: {units: 3}}, {dense: {units: 1}}]")
    try train(
      "still", "optimizer={gradient_descent: {learning_rate: 0.05}}", "epochs=1",
      "model=[{dense: {units: 3}}, {dense: {units: 1}}]")
    try train("absolute", "cost=mean_absolute_error")
    try train("elsewhere", "data.train=other.csv")
    let from = try Descent.run(
      "train", "line.yaml", "--from", "line/last.h5", "--output", "from", "--quiet", in: folder)
    #expect(from.code == 0, "\(from.error)")
    return folder
  }

  @Test func theTerminalGetsContoursAndPaths() throws {
    let folder = try Self.folder.get()
    let plain = try Descent.run(
      "plot", "line", "--surface", in: folder, environment: ["LC_ALL": "C"])
    #expect(plain.code == 0, "\(plain.error)")
    #expect(plain.output.contains("kernel of x") && plain.output.contains("contours at "))
    #expect(plain.output.contains("all 4 training rows"))
    #expect(plain.output.utf8.allSatisfy { $0 < 0x80 && $0 != 0x1B })
    #expect(plain.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(plain.error.contains("line: training again, 20 steps\n"))
    let both = try Descent.run(
      "plot", "line/last.h5", "momentum", "--surface", in: folder,
      environment: ["LC_ALL": "C.UTF-8"])
    #expect(both.code == 0, "\(both.error)")
    #expect(both.output.contains("* line/last.h5") && both.output.contains("o momentum"))
    #expect(both.output.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) })
    #expect(!both.error.contains("warning"))
  }

  @Test func picturesAndPagesAreWritten() throws {
    let folder = try Self.folder.get()
    let picture = ["plot", "line", "momentum", "--surface", "--output"]
    for name in ["both.svg", "both.html"] {
      #expect(try Descent.start(picture + [name], in: folder).finish().code == 0)
      #expect(try folder.read(name).contains(">momentum</t"))
    }
    #expect(try folder.read("both.html").contains("<h2>Paths</h2>"))
    #expect(try Descent.run("plot", "wide", "--surface", "--output", "w.svg", in: folder).code == 0)
    #expect(try folder.read("w.svg").contains("% of the path's variance</text>"))
  }

  @Test(arguments: [
    (["nowhere"], 66, "no such run"), (["line.yaml"], 65, "HDF5"),
    (["slope"], 65, "it trains 1 parameter; a surface needs two or more"),
    (["still"], 65, "its path lies on a line, which spans no surface; let it train for more steps"),
    (["line", "wide"], 65, "wide: its network is another than that of line"),
    (["line", "absolute"], 65, "absolute: its cost is another than that of line"),
    (["line", "elsewhere"], 65, "elsewhere: its training data is another than that of line"),
    (["from"], 65, "it began from another model's weights, which it does not hold"),
    (["line", "--column", "cost"], 64, "--column is for curves"),
    (["line", "--output", "a.png"], 64, "must end with .svg or .html"),
    (["line", "--output", "none/x.svg"], 73, "cannot be created"),
  ])
  func mistakesAreNamed(arguments: [String], code: Int, message: String) throws {
    let result = try Descent.start(
      ["plot", "--surface"] + arguments, in: Self.folder.get()
    ).finish()
    #expect(result.code == Int32(code), "\(result.error)")
    #expect(result.error.contains(message), "\(result.error)")
    #expect(!result.error.contains("Fatal"))
  }

  @Test func dataThatIsGoneOrChangedIsNamed() throws {
    let folder = try Scratch()
    let shared = try Self.folder.get()
    try folder.write(shared.read("table.csv"), to: "table.csv")
    try folder.write(shared.read("line.yaml"), to: "line.yaml")
    #expect(
      try Descent.run("train", "line.yaml", "--output", "run", "--quiet", in: folder).code == 0)
    try folder.write(shared.read("other.csv"), to: "table.csv")
    let changed = try Descent.run("plot", "run", "--surface", in: folder)
    #expect(changed.code == 65 && changed.error.contains("fingerprint"), "\(changed.error)")
    try FileManager.default.removeItem(at: folder.url("table.csv"))
    let gone = try Descent.run("plot", "run", "--surface", in: folder)
    #expect(gone.code == 66 && gone.error.contains("table.csv"), "\(gone.error)")
  }

  @Test func aCostThatIsNotFiniteIsNamed() throws {
    // The first weights' square exceeds what a float holds; a huge row makes the cost infinite from the start.
    let folder = try Scratch()
    try folder.write("x,y\n1e30,1\n-1e30,3\n2,5\n", to: "table.csv")
    try folder.write(try Self.folder.get().read("line.yaml"), to: "line.yaml")
    let result = try Descent.run("train", "line.yaml", "--output", "run", "--quiet", in: folder)
    #expect(result.code == 75)
    let plot = try Descent.run("plot", "run", "--surface", in: folder)
    #expect(plot.code == 66 && !plot.error.isEmpty, "\(plot.error)")
  }
}
