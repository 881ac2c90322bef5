import Descent
import Testing

@testable import DescentCLI

struct TrainingConfigTests {
  @Test func flagsGoBeforeSettingsAndSettingsBeforeTheFile() throws {
    let folder = try Scratch.withTable()
    let config = TrainingConfig(
      config: folder.path + "/config.yaml", settings: ["epochs=7", "seed=8", "batch_size=4"],
      epochs: 9, shards: 2)
    let run = try RunConfig(config.node())
    #expect(run.epochs == 9)
    #expect(run.seed == 8)
    #expect(run.batchSize == 4)
    #expect(run.shards == 2)
    #expect(run.name == "two-classes")
  }

  @Test func laterSettingsGoBeforeEarlierOnes() throws {
    let folder = try Scratch.withTable()
    let config = TrainingConfig(
      config: folder.path + "/config.yaml", settings: ["epochs=7", "epochs=8"])
    #expect(try RunConfig(config.node()).epochs == 8)
  }

  @Test func dataAndTargetReplaceTheConfigs() throws {
    let folder = try Scratch.withTable()
    let config = TrainingConfig(
      config: folder.path + "/config.yaml", data: "/data/t.csv", target: ["a", "b"])
    let run = try RunConfig(config.node())
    #expect(run.data.train == .file("/data/t.csv"))
    #expect(run.data.target == ["a", "b"])
  }

  @Test func aTableAloneGetsAConfig() throws {
    let run = try RunConfig(TrainingConfig(data: "/data/houses.csv.gz", target: ["price"]).node())
    #expect(run.name == "houses")
    #expect(run.data.train == .file("/data/houses.csv.gz"))
    #expect(run.data.target == ["price"])
    #expect(run.data.validation == .fraction(0.2))
    #expect(run.data.scale == .robust)
    #expect(run.data.numbers == .auto)
    #expect(run.model.count == 5)
    #expect(run.epochs == 200)
    #expect(run.earlyStopping?.patience == 20)
  }

  @Test(arguments: [
    ("images-idx3-ubyte.gz", "unit"), ("a.IDX", "unit"), ("a.csv", "robust"),
    ("a.npy", "standard"),
  ])
  func bytesAreScaledToUnit(file: String, scale: String) {
    #expect(TrainingConfig.defaults(for: file)[path: "data.scale"] == .string(scale))
  }

  @Test(arguments: [("/x/.csv", nil), ("/x/a.csv", "a"), ("/x/.hidden.csv", nil), ("b", "b")])
  func theRunIsNamedAfterTheFile(file: String, name: String?) {
    #expect(TrainingConfig.defaults(for: file)["name"]?.stringValue == name)
  }

  @Test func mistakesInFlagsPointToTheFlag() throws {
    let folder = try Scratch.withTable()
    let config = TrainingConfig(config: folder.path + "/config.yaml", epochs: 0)
    let error = #expect(throws: DescentError.self) { try RunConfig(config.node()) }
    #expect(error?.kind == .usage)
    #expect(error?.place == "--epochs")
  }
}
