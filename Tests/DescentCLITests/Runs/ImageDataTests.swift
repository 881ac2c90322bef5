import Foundation
import Testing

/// Folders of images and single files with the commands, as users have them.
@Suite struct ImageDataTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
      "Fixtures/images")

  /// A folder with `photos`, two classes of it, and a config.
  private func scratch(_ data: String = "{ train: photos, scale: unit }") throws -> Scratch {
    let folder = try Scratch()
    for (name, fixture) in [
      ("photos/colour/1.png", "colour.png"), ("photos/colour/2.png", "turned-3.png"),
      ("photos/colour/3.png", "opaque.png"), ("photos/waves/1.jpg", "colour.jpg"),
      ("photos/waves/2.png", "palette.png"), ("photos/waves/3.png", "alpha.png"),
      ("tall.jpg", "progressive.jpg"),
    ] {
      let place = folder.url(name)
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        at: Self.fixtures.appendingPathComponent(fixture), to: place)
    }
    try folder.write(
      """
      data: \(data)
      model: [flatten, { dense: { units: 4, activation: relu } }, { dense: {} }]
      epochs: 2
      batch_size: 2
      """, to: "config.yaml")
    return folder
  }

  @Test func aFolderIsTrainedOnAndAPhotoPredicted() throws {
    let folder = try scratch(
      "{ train: photos, test: photos, image: { size: [12, 9], resize: crop } }")
    let checked = try Descent.run("check", "config.yaml", in: folder)
    #expect(checked.code == 0, "\(checked.error)")
    let lines = checked.error.split(separator: "\n")
    #expect(
      lines.first
        == "images  photos: 6 images (PNG, JPEG) of 17 × 24 pixels, cropped and scaled to 12")
    #expect(checked.error.contains("2 classes (colour, waves), as their folders are called"))
    #expect(checked.error.contains("324 features (12 × 9 × 3)"))
    let trained = try Descent.run("train", "config.yaml", "--output", "run", in: folder)
    #expect(trained.code == 0, "\(trained.error)")
    let photo = try Descent.run("predict", "run/last.h5", "tall.jpg", in: folder)
    #expect(photo.code == 0, "\(photo.error)")
    #expect(photo.output.hasPrefix("file,prediction\ntall.jpg,"))
    let several = try Descent.run(
      "predict", "run/last.h5", "tall.jpg", "photos/waves/2.png", in: folder)
    #expect(
      several.output.split(separator: "\n").map { $0.prefix(8) } == [
        "file,pre", "tall.jpg", "photos/w",
      ])
    let mixed = try Descent.run("predict", "run/last.h5", "tall.jpg", "config.yaml", in: folder)
    #expect(mixed.code == 64 && mixed.error.contains("config.yaml: is no image"), "\(mixed.error)")
    let all = try Descent.run("predict", "run/last.h5", "photos", "--probabilities", in: folder)
    let rows = all.output.split(separator: "\n")
    #expect(rows.first == "file,prediction,probability_colour,probability_waves")
    #expect(rows.count == 7 && rows[4].hasPrefix("waves/1.jpg,"))
    let judged = try Descent.run("evaluate", "run/last.h5", "--data", "photos", in: folder)
    #expect(judged.code == 0 && judged.output.contains("accuracy"), "\(judged.error)")
    #expect(judged.error.contains("transparent pixels, shown on white"))
  }

  /// A sheet shows it, the run says it, and one that is interrupted comes to the same weights.
  @Test func imagesAreAugmented() throws {
    let folder = try scratch()
    let list = "augmentation=[horizontal_flip, {rotation: 20}, {mixup: 0.4}]"
    let drawn = try Descent.run(
      "check", "config.yaml", "--set", list, "--sheet", "sheet.png", in: folder)
    #expect(drawn.code == 0, "\(drawn.error)")
    #expect(drawn.output.contains("training rows are augmented: horizontal_flip, rotation, mixup"))
    #expect(try Data(contentsOf: folder.url("sheet.png")).starts(with: [0x89, 0x50, 0x4E, 0x47]))
    let again = try Descent.run(
      "check", "config.yaml", "--set", list, "--sheet", "sheet.png", in: folder)
    #expect(again.code == 73)
    let plain = try Descent.run("check", "config.yaml", "--sheet", "other.png", in: folder)
    #expect(plain.code == 65 && plain.error.contains("there is nothing to draw"), "\(plain.error)")
    func epochs(_ arguments: String...) throws -> [String] {
      let result = try Descent.start(arguments + ["--quiet", "--json"], in: folder).finish()
      #expect(result.code == 0, "\(result.error)")
      return result.output.split(separator: "\n").compactMap { line in
        line.firstMatch(of: /"cost":[^,]*/).map { String($0.0) }
      }
    }
    let whole = try epochs("train", "config.yaml", "--set", list, "--output", "whole")
    let first = try epochs(
      "train", "config.yaml", "--set", list, "--set", "epochs=1", "--output", "run")
    let rest = try epochs("resume", "run", "--epochs", "2")
    #expect(whole.count >= 2 && first.first == whole[0] && rest.first == whole[1])
  }

  /// A run goes on with the same images in another place, and with no others.
  @Test func resumingTakesTheSameBytesElsewhere() throws {
    let folder = try scratch()
    let trained = try Descent.run("train", "config.yaml", "--output", "run", in: folder)
    #expect(trained.code == 0, "\(trained.error)")
    try FileManager.default.moveItem(at: folder.url("photos"), to: folder.url("moved"))
    let lost = try Descent.run("resume", "run", "--epochs", "3", in: folder)
    #expect(lost.code == 66, "\(lost.error)")
    let resumed = try Descent.run(
      "resume", "run", "--epochs", "3", "--data", "moved", in: folder)
    #expect(resumed.code == 0, "\(resumed.error)")
    try FileManager.default.removeItem(at: folder.url("moved/colour/2.png"))
    let other = try Descent.run(
      "resume", "run", "--epochs", "4", "--data", "moved", in: folder)
    #expect(other.code == 65 && other.error.contains("fingerprint"), "\(other.error)")
  }

  /// Memory is asked for before it is taken: for all rows, and for what the largest image takes while it is decoded.
  @Test func moreThanMemoryHoldsIsRefused() throws {
    let folder = try scratch()
    let result = try Descent.shell(
      "ulimit -v 3000000; $descent check config.yaml --set data.image.size=20000", in: folder)
    #expect(result.code == 65, "\(result.error)")
    #expect(result.error.contains("of memory; ulimit -v allows 3"), "\(result.error)")
    #expect(result.error.contains("or a smaller data.image.size"), "\(result.error)")
  }

  /// A model goes on with other images, which are taken as its own were.
  @Test func aModelIsTrainedOnWithOtherImages() throws {
    let folder = try scratch("{ train: photos, image: { size: 8, resize: pad } }")
    let first = try Descent.run("train", "config.yaml", "--output", "run", in: folder)
    #expect(first.code == 0, "\(first.error)")
    try FileManager.default.removeItem(at: folder.url("photos/colour/1.png"))
    try FileManager.default.copyItem(
      at: folder.url("tall.jpg"), to: folder.url("photos/colour/tall.jpg"))
    let next = try Descent.run(
      "train", "--from", "run/last.h5", "--data", "photos", "--output", "next", in: folder)
    #expect(next.code == 0, "\(next.error)")
    #expect(next.error.contains("padded to 8 × 8"), "\(next.error)")
    try folder.write(
      """
      data: { train: photos, image: { size: 9 } }
      model: [flatten, { dense: { units: 4, activation: relu } }, { dense: {} }]
      """, to: "other.yaml")
    let other = try Descent.run("train", "other.yaml", "--from", "run/last.h5", in: folder)
    #expect(other.code == 65 && other.error.contains("asks for other images"), "\(other.error)")
  }

  @Test func aFolderAloneIsEnough() throws {
    let folder = try scratch()
    let result = try Descent.run("train", "--data", "photos", "--epochs", "1", in: folder)
    #expect(result.code == 0, "\(result.error)")
    #expect(result.error.contains("the run is in runs/photos"))
  }

  /// What init writes is what it checked, and trains as it stands, wherever it lies.
  @Test func initWritesAConfigForImagesOfSeveralSizes() throws {
    let folder = try scratch()
    try FileManager.default.copyItem(
      at: Self.fixtures.appendingPathComponent("grey.png"), to: folder.url("photos/waves/4.png"))
    try FileManager.default.copyItem(
      at: Self.fixtures.appendingPathComponent("progressive.jpg"),
      to: folder.url("photos/colour/4.jpg"))
    try FileManager.default.createDirectory(
      at: folder.url("sub"), withIntermediateDirectories: true)
    for output in ["own.yaml", "sub/own.yaml"] {
      let made = try Descent.run("init", "--data", "photos", "--output", output, in: folder)
      #expect(made.code == 0, "\(made.error)")
      #expect(made.error.contains("8 images (PNG, JPEG) of 17 × 24 to 50 × 37 pixels"))
      let config = try folder.read(output)
      for line in ["size: [16, 24]", "channels: 3", "resize: crop"] {
        #expect(config.contains("\n    \(line)\n"), "\(config)")
      }
      let trained = try Descent.run("train", output, "--epochs", "1", in: folder)
      #expect(trained.code == 0, "\(trained.error)")
    }
    let again = try Descent.run("init", "--data", "photos", "--output", "own.yaml", in: folder)
    #expect(again.code == 73)
    try folder.write("x,y\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n7,a\n8,b\n9,a\n10,b\n", to: "rows.csv")
    let table = try Descent.run("init", "--data", "rows.csv", "--target", "y", in: folder)
    #expect(table.code == 0 && table.output.contains("target: \"y\""), "\(table.error)")
    #expect(!table.output.contains("image:"))
    // What is read, what each key means, and the same run.
    #expect(table.output.hasPrefix("# data") && table.output.contains("# What is learnt from."))
    try folder.write(table.output, to: "written.yaml")
    var costs: [Double] = []
    for what in [["written.yaml"], ["--data", "rows.csv", "--target", "y"]] {
      let run = try Descent.start(["train", "--json", "--epochs", "2"] + what, in: folder).finish()
      #expect(run.code == 0, "\(run.error)")
      let end = try #require(try run.objects.last)
      costs.append(try #require((end["held_out"] as? [String: Any])?["cost"] as? Double))
    }
    #expect(costs[0] == costs[1])
  }

  @Test(arguments: [
    ("{ train: photos, target: kind }", "data.target: images have no columns", "leave it out"),
    ("{ train: photos, target_kind: values }", "data.target_kind: the target of images", "leave"),
    ("{ train: photos, sample_weight: w }", "data.sample_weight: images have no columns", "leave"),
    ("{ train: photos, validation: { last: 0.5 } }", "validation.last: images lie in", "leave"),
    (
      "{ train: photos/colour }", "photos/colour: the training data has no targets",
      "put the images"
    ),
    ("{ train: tall.jpg }", "tall.jpg: is one JPEG image, and no rows", "name a folder"),
    (
      "{ train: { features: photos, labels: config.yaml } }",
      "photos: is a folder, and images have",
      "put the images of each class"
    ),
    (
      "{ train: photos, image: { size: [8] } }", "data.image.size is a list of 1", "[height, width]"
    ),
    ("{ train: photos, image: { channels: 2 } }", "data.image.channels is 2", "must be 1"),
    ("{ train: rows.csv, target: y, image: {} }", "rows.csv: data.image is for", "reshape"),
    (
      "{ train: rows.csv, target: y, image: { size: 8 } }", "data.image.size is for image files",
      "leave it out"
    ),
    (
      "{ train: photos, image: { layout: channels_first } }", "data.image.layout: it is for",
      "leave"
    ),
  ])
  func whatDoesNotFitImagesIsRefused(data: String, problem: String, advice: String) throws {
    let folder = try scratch(data)
    try folder.write("x,y\n1,a\n2,b\n", to: "rows.csv")
    let result = try Descent.run("check", "config.yaml", in: folder)
    #expect(result.code == 65, "\(result.error)")
    #expect(result.error.contains(problem), "\(result.error)")
    #expect(result.error.contains(advice), "\(result.error)")
    #expect(result.error.split(separator: "\n").count <= 2, "\(result.error)")
  }
}
