import Testing

/// What is said where a command cannot begin.
struct UsageTests {
  @Test(arguments: [
    (
      ["train", "--epocs", "3"],
      """
      descent: Unknown option '--epocs'. Did you mean '--epochs'?
      Usage: descent train [<options>] [<config.yaml>]
        See 'descent train --help' for more information.

      """
    ),
    (
      ["train", "Data.CSV"],
      """
      descent: Data.CSV is data, not a config; write --data Data.CSV --target COLUMN
      Usage: descent train [<options>] [<config.yaml>]
        See 'descent train --help' for more information.

      """
    ),
    (
      ["tran"],
      """
      descent: Unexpected argument 'tran'
      Usage: descent <subcommand>
        See 'descent --help' for more information.

      """
    ),
  ])
  func wrongUsageIsExplained(arguments: [String], error: String) throws {
    let result = try Descent.start(arguments, in: Scratch()).finish()
    #expect(result.error == error)
    #expect(result.output == "")
    #expect(result.code == 64)
  }

  @Test(arguments: [
    (["train", "--rank-timeout", "0"], "--rank-timeout is 0.0; it must be above 0"),
    (["train", "--threads", "0"], "--threads is 0; it must be between 1 and 1024"),
    (["train", "--threads", "9999999999999"], "--threads is 9999999999999; it must be"),
    (["train", "--epochs", "many"], "The value 'many' is invalid for '--epochs <n>'"),
    (["train", "--target", "a"], "--target needs --data, or a config with a table"),
    (
      ["train", "--data", "a.csv"],
      "--data needs --target, the column to predict, or --labels, or a config"
    ),
    (["train", "--labels", "y.npy"], "--labels needs --data, the file of the features"),
    (["train", "--weights", "w.npy"], "--weights needs --data"),
    (
      ["train", "--data", "x.npy", "--labels", "y.npy", "--target", "a"],
      "--target is a column of --data, which --labels takes the place of"
    ),
    (["evaluate", "m.h5", "--data", "x.npy", "--weights", "w.npy"], "--weights needs --labels"),
    (["train", "--data", "a.csv", "--target", "a,,b"], #"--target is "a,,b"; name one column"#),
    (["train", "--output", ""], "--output is empty; name a file or a folder"),
    (["train", "best.h5"], "best.h5 is a model, not a config; write descent resume best.h5"),
    (["resume"], "Missing expected argument '<run|file.h5>'"),
    (["resume", "r", "--epochs", "0"], "--epochs is 0; it must be at least 1"),
    (["resume", "r", "--labels", "l.npy"], "--labels needs --data, the file of the features"),
    (["evaluate", "m.h5", "--target", "a"], "--target needs --data"),
    (["predict", "m.h5"], "Missing expected argument '<input> ...'"),
    (["inspect", ""], "FILE is empty; name a file or a folder"),
  ])
  func wrongArgumentsAreRefused(arguments: [String], problem: String) throws {
    let result = try Descent.start(arguments, in: Scratch()).finish()
    #expect(result.error.hasPrefix("descent: " + problem), "\(result.error)")
    #expect(result.code == 64)
  }

  @Test(arguments: ["train", "check"])
  func aMissingConfigIsNamed(command: String) throws {
    let result = try Descent.run(command, "nowhere.yaml")
    #expect(
      result.error
        == "descent: nowhere.yaml: no such file; check the path\n")
    #expect(result.code == 66)
  }

  @Test(arguments: [["resume", "gone"], ["predict", "gone", "x.csv"], ["evaluate", "gone"]])
  func aMissingModelIsNamed(arguments: [String]) throws {
    let result = try Descent.start(arguments, in: Scratch()).finish()
    #expect(result.error.hasPrefix("descent: gone: "), "\(result.error)")
    #expect(result.code == 66)
  }

  @Test func aMisspeltKeyIsNamedWithItsNeighbour() throws {
    let folder = try Scratch.withTable(
      config: twoClassesConfig.replacing("batch_size", with: "bach_size"))
    for command in ["train", "check"] {
      let result = try Descent.run(command, "config.yaml", in: folder)
      #expect(
        result.error == "descent: config.yaml:7:1: the config has the unknown key \"bach_size\"; "
          + "did you mean batch_size?\n")
      #expect(result.code == 65)
    }
  }

  @Test func aMistakeInSetIsWrongUsage() throws {
    let folder = try Scratch.withTable()
    for command in ["train", "check", "find-rate"] {
      let result = try Descent.run(command, "config.yaml", "--set", "optimizr=adam", in: folder)
      #expect(
        result.error == "descent: --set optimizr: the config has the unknown key \"optimizr\"; "
          + "did you mean optimizer?\n")
      #expect(result.code == 64)
    }
    #expect(!folder.exists("runs"))
  }

  @Test func helpListsTheCommands() throws {
    let result = try Descent.run("--help")
    #expect(result.code == 0)
    #expect(result.error == "")
    for command in [
      "train", "resume", "evaluate", "predict", "import", "export", "inspect", "check", "find-rate",
      "tune",
      "info",
    ] {
      #expect(result.output.contains("\n  \(command) "))
    }
  }

  @Test(arguments: [
    (
      "train",
      [
        "--data", "--target", "--labels", "--classes", "--values", "--weights", "--set",
        "--epochs", "--shards", "--seed", "--ensemble", "--folds", "--from", "--output",
        "--threads", "--force", "--rank-timeout", "--json", "--quiet",
      ]
    ),
    (
      "resume",
      [
        "--epochs", "--threads", "--data", "--labels", "--weights", "--target", "--set", "--output",
        "--continue-after-stop", "--rank-timeout", "--json", "--quiet",
      ]
    ),
    (
      "evaluate",
      [
        "--data", "--labels", "--weights", "--target", "--threshold", "--explain", "--json",
        "--rank-timeout",
      ]
    ),
    (
      "predict",
      [
        "--output", "--force", "--probabilities", "--id", "--keep", "--threshold", "--interval",
        "--rank-timeout",
      ]
    ),
    ("inspect", ["--verify", "--json"]),
    ("import", ["--output", "--config", "--classes", "--features", "--force", "--json"]),
    ("export", ["--force"]), ("info", ["--json"]),
    (
      "check",
      [
        "--data", "--target", "--labels", "--classes", "--values", "--weights", "--set",
        "--epochs", "--shards", "--seed", "--ensemble", "--folds", "--gradients", "--sheet",
        "--force",
      ]
    ),
    (
      "tune",
      [
        "--data", "--target", "--labels", "--classes", "--values", "--weights", "--set",
        "--epochs", "--shards", "--seed", "--ensemble", "--folds", "--minutes", "--trials",
        "--resume", "--output", "--threads", "--force", "--json", "--quiet",
      ]
    ),
    (
      "find-rate",
      [
        "--data", "--target", "--labels", "--classes", "--values", "--weights", "--set",
        "--epochs", "--shards", "--seed", "--ensemble", "--folds", "--output", "--threads",
        "--force", "--json", "--rank-timeout",
      ]
    ),
  ])
  func everyCommandHasItsFlags(command: String, flags: [String]) throws {
    let result = try Descent.run(command, "--help")
    #expect(result.code == 0)
    let found = result.output.split(separator: "\n").compactMap { line -> String? in
      line.hasPrefix("  --")
        ? String(line.dropFirst(2).prefix { $0 != " " && $0 != "," && $0 != "/" }) : nil
    }
    #expect(found.filter { $0 != "--version" } == flags)
  }
}
