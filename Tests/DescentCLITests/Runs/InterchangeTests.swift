import Foundation
import Testing

struct InterchangeTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/keras").path

  @Test func aKerasModelIsImportedPredictsAndGoesOn() throws {
    let folder = try Scratch()
    let imported = try Descent.run(
      "import", "\(Self.fixtures)/sequential.keras", "--output", "model.h5", "--json", in: folder)
    #expect(imported.code == 0, "\(imported.error)")
    #expect(try imported.objects.first?["optimizer_steps"] as? Int == 3)
    try folder.write("a,b,c,d,y\n1,2,3,4,0\n-1,0,1,2,1\n0,1,1,0,2\n2,1,0,1,0\n", to: "rows.csv")
    let predicted = try Descent.run(
      "predict", "model.h5", "-", in: folder, input: "a,b,c,d\n1,2,3,4\n")
    #expect(predicted.code == 0 && predicted.output.hasPrefix("prediction\n"), "\(predicted.error)")
    let evaluated = try Descent.run(
      "evaluate", "model.h5", "--data", "rows.csv", "--target", "y", in: folder)
    #expect(evaluated.code == 0, "\(evaluated.error)")
    let resumed = try Descent.run(
      "resume", "model.h5", "--data", "rows.csv", "--target", "y", "--epochs", "2", "--set",
      "batch_size=2", "--output", "run", "--json", "--quiet", in: folder)
    #expect(resumed.code == 0, "\(resumed.error)")
    #expect(try resumed.objects.last?["steps"] as? Int == 4)
    // From then on it is a run like any other.
    let again = try Descent.run("resume", "run", "--epochs", "3", "--quiet", in: folder)
    #expect(again.code == 0, "\(again.error)")
    let settled = try Descent.run("resume", "run", "--set", "batch_size=3", in: folder)
    #expect(settled.code == 64, "\(settled.error)")
    let inspected = try Descent.run("inspect", "run/last.h5", in: folder)
    #expect(inspected.code == 0 && inspected.output.contains("imported"), "\(inspected.error)")
    let anew = try Descent.run(
      "resume", "model.h5", "--data", "rows.csv", "--target", "y", "--epochs", "1", "--set",
      "optimizer=sgd", "--output", "anew", in: folder)
    #expect(anew.code == 0 && anew.error.contains("begins anew"), "\(anew.error)")
    let unnamed = try Descent.run("predict", "\(Self.fixtures)/sequential.keras", "-", in: folder)
    #expect(unnamed.code == 65 && unnamed.error.contains("descent import"), "\(unnamed.error)")
  }

  /// What is begun from an imported model resumes, whatever rows it is trained on.
  @Test func anImportedModelIsTrainedOnOtherRows() throws {
    let folder = try Scratch()
    _ = try Descent.run(
      "import", "\(Self.fixtures)/sequential.keras", "--output", "model.h5", in: folder)
    // They lack a class of the model's.
    try folder.write("a,b,c,d,y\n1,2,3,4,0\n-1,0,1,2,1\n0,1,1,0,1\n", to: "fewer.csv")
    let fewer = try Descent.run(
      "resume", "model.h5", "--data", "fewer.csv", "--target", "y", "--epochs", "1", "--set",
      "batch_size=2", "--output", "fewer", "--quiet", in: folder)
    #expect(fewer.code == 0, "\(fewer.error)")
    let on = try Descent.run("resume", "fewer", "--epochs", "2", "--quiet", in: folder)
    #expect(on.code == 0, "\(on.error)")
    let weights = try Descent.run(
      "train", "--from", "model.h5", "--data", "fewer.csv", "--target", "y", "--output", "weights",
      "--quiet", in: folder)
    #expect(weights.code == 0, "\(weights.error)")
    // The model's columns have no names: which they are is the config's to say.
    try folder.write("a,b,e,c,d,y\n1,2,9,3,4,0\n-1,0,9,1,2,1\n0,1,9,1,0,2\n", to: "wider.csv")
    let wider = try Descent.run(
      "resume", "model.h5", "--data", "wider.csv", "--target", "y", "--epochs", "1", "--set",
      "data.features=[a, b, c, d]", "--output", "wider", "--quiet", in: folder)
    #expect(wider.code == 0, "\(wider.error)")
    let further = try Descent.run("resume", "wider", "--epochs", "2", "--quiet", in: folder)
    #expect(further.code == 0, "\(further.error)")
    try folder.write("a,y\n1,0\n2,1\n", to: "narrow.csv")
    let narrow = try Descent.run(
      "train", "--from", "model.h5", "--data", "narrow.csv", "--target", "y", "--quiet", in: folder)
    #expect(
      narrow.code == 65 && narrow.error.contains("1 values, and model.h5 takes 4"),
      "\(narrow.error)")
    let unsaid = try Descent.run("train", "--from", "model.h5", "--quiet", in: folder)
    #expect(unsaid.code == 64 && unsaid.error.contains("--data"), "\(unsaid.error)")
  }

  @Test func finetuningTakesTheWeights() throws {
    let folder = try Scratch()
    _ = try Descent.run(
      "import", "\(Self.fixtures)/optimizer-sgd.keras", "--output", "model.h5", in: folder)
    try folder.write("a,b,c,d,y\n1,2,3,4,0\n-1,0,1,2,1\n0,1,1,0,2\n2,1,0,1,0\n", to: "rows.csv")
    try folder.write(
      """
      data: { train: rows.csv, target: y }
      model: [ { dense: { units: 5, activation: relu, trainable: false } }, { dense: {} } ]
      epochs: 2
      """, to: "config.yaml")
    let trained = try Descent.run(
      "train", "config.yaml", "--from", "model.h5", "--output", "run", "--quiet", in: folder)
    #expect(trained.code == 0, "\(trained.error)")
  }

  @Test func modelsAreExportedAndNothingIsOverwritten() throws {
    let folder = try Scratch()
    _ = try Descent.run(
      "import", "\(Self.fixtures)/sequential.h5", "--output", "model.h5", in: folder)
    for name in ["model.keras", "model.onnx", "model.safetensors"] {
      let first = try Descent.run("export", "model.h5", name, in: folder)
      #expect(first.code == 0 && first.output == "", "\(first.error)")
      let bytes = try Data(contentsOf: folder.url(name))
      let second = try Descent.run("export", "model.h5", name, in: folder)
      #expect(second.code == 73 && second.error.contains("--force"), "\(second.error)")
      #expect(try Data(contentsOf: folder.url(name)) == bytes)
      #expect(try Descent.run("export", "model.h5", name, "--force", in: folder).code == 0)
    }
    let other = try Descent.run("export", "model.h5", "model.pt", in: folder)
    #expect(other.code == 64 && other.error.contains(".onnx"), "\(other.error)")
    #expect(try Descent.run("export", "none.h5", "x.onnx", in: folder).code == 66)
    #expect(try Descent.run("export", "model.h5", "no/such/x.onnx", in: folder).code == 73)
    let back = try Descent.run("import", "model.keras", "--output", "model.h5", in: folder)
    #expect(back.code == 73, "\(back.error)")
    #expect(!folder.exists("x.onnx"))
  }

  @Test(arguments: [
    (["refused-lstm.keras"], 65, "layer 2 (lstm)"),
    (["refused-lambda.keras"], 65, "no code"),
    (["sequential.weights.h5"], 65, "--config"),
    (["none.keras"], 66, "no such file"),
    (["sequential.keras", "--classes", "a,b"], 64, "classes"),
    (["sequential.keras", "--features", "a,,b"], 64, "--features"),
  ])
  func whatCannotBeImportedIsNamed(arguments: [String], code: Int32, text: String) throws {
    let folder = try Scratch()
    let result = try Descent.start(
      ["import", "\(Self.fixtures)/\(arguments[0])", "--output", "model.h5"]
        + arguments.dropFirst(), in: folder
    ).finish()
    #expect(result.code == code && result.error.contains(text), "\(result.error)")
    #expect(!folder.exists("model.h5"))
  }

  /// Files in newer forms of HDF5, and compressed ones, are the same models.
  @Test(arguments: ["newest-sequential.h5", "newest-sequential.keras"])
  func filesOfOtherFormsAreRead(file: String) throws {
    let folder = try Scratch()
    try folder.write("a,b,c,d\n1,2,3,4\n-1,0,1,2\n", to: "rows.csv")
    var outputs: [String] = []
    for (index, name) in ["sequential.h5", file].enumerated() {
      let imported = try Descent.run(
        "import", "\(Self.fixtures)/\(name)", "--output", "\(index).h5", in: folder)
      #expect(imported.code == 0, "\(imported.error)")
      outputs.append(
        try Descent.run("predict", "\(index).h5", "rows.csv", "--probabilities", in: folder).output)
    }
    #expect(outputs[0] == outputs[1] && !outputs[0].isEmpty)
  }

  /// Keras stores bfloat16 as two bytes of no type. That layers compute in it is said.
  @Test(arguments: ["bfloat16-dense.keras", "bfloat16-dense.h5"])
  func bfloat16IsRead(file: String) throws {
    let folder = try Scratch()
    let imported = try Descent.run(
      "import", "\(Self.fixtures)/\(file)", "--output", "model.h5", in: folder)
    #expect(imported.code == 0, "\(imported.error)")
    #expect(
      imported.error.contains("computes in \"bfloat16\", and Descent in float32"),
      "\(imported.error)")
    let facts = try #require(
      try JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(fileURLWithPath: "\(Self.fixtures)/bfloat16-dense.json")))
        as? [String: Any])
    let rows = try #require(facts["x"] as? [[Double]])
    let expected = try #require(facts["predictions"] as? [[Double]])
    try folder.write(
      "a,b,c,d\n" + rows.map { $0.map { String($0) }.joined(separator: ",") + "\n" }.joined(),
      to: "rows.csv")
    let lines = try Descent.run("predict", "model.h5", "rows.csv", "--probabilities", in: folder)
      .output.split(separator: "\n").dropFirst()
    try #require(lines.count == expected.count)
    for (line, values) in zip(lines, expected) {
      let found = line.split(separator: ",").dropFirst().compactMap { Double($0) }
      try #require(found.count == values.count)
      // The layer's sums have eight bits there.
      #expect(zip(found, values).allSatisfy { abs($0 - $1) < 0.02 }, "\(found), \(values)")
    }
  }

  @Test func anImportedModelNeedsRows() throws {
    let folder = try Scratch()
    _ = try Descent.run(
      "import", "\(Self.fixtures)/sequential.keras", "--output", "model.h5", in: folder)
    let result = try Descent.run("resume", "model.h5", in: folder)
    #expect(result.code == 64 && result.error.contains("--data"), "\(result.error)")
  }
}
