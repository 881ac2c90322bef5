import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData

/// Folders of images as data sets: what becomes of the files, and what is refused, with the file that it is about.
@Suite struct ImageFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Puts fixtures into folders of the root: `["cat/1.png": "grey.png"]`.
  private func lay(_ files: KeyValuePairs<String, String>) throws {
    for (name, fixture) in files {
      let place = URL(fileURLWithPath: folder.path(name))
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        at: URL(fileURLWithPath: ImageFixtures.path(fixture)), to: place)
    }
  }

  private func load(
    _ configure: (inout ImageOptions) -> Void = { _ in }, matching model: ModelSignature? = nil,
    shape: [Int]? = nil
  ) throws -> Dataset {
    var options = ImageOptions()
    configure(&options)
    let images = try #require(try Dataset.images(at: folder.url.path))
    return try Dataset.load(images, options: options, matching: model, shape: shape)
  }

  @Test func foldersAreClassesInTheOrderOfTheirNames() throws {
    try lay([
      "b/2.png": "colour.png", "b/10.png": "turned-3.png", "é/x.jpg": "colour.jpg",
      "B/1.png": "turned-6.jpg",
    ])
    let data = try load()
    #expect(data.shape == [17, 24, 3] && data.count == 4)
    #expect(data.targetNames == ["B", "b", "é"])
    #expect(data.classes == [0, 1, 1, 2])
    #expect(data.rowNames == ["B/1.png", "b/10.png", "b/2.png", "é/x.jpg"])
    guard case .bytes(let bytes)? = data.features else {
      Issue.record("images are bytes")
      return
    }
    let size = 17 * 24 * 3
    let colour = try ImageFixtures.pixels("colour.png").bytes
    #expect(Array(bytes[size..<2 * size]) == colour, "turned upright")
    #expect(Array(bytes[2 * size..<3 * size]) == colour)
    #expect(try Array(bytes[3 * size..<4 * size]) == ImageFixtures.pixels("colour.jpg").bytes)
    let report = try #require(data.imageReport)
    #expect(report.content == "4 images (PNG, JPEG) of 17 × 24 pixels")
    #expect(
      report.remarks.map { $0.replacing(folder.url.path + "/", with: "") } == [
        "turned upright, as EXIF says: B/1.png, the first of 2"
      ])
  }

  /// What is done to an image beyond decoding it is said, with the first file that it was done to.
  @Test func whatIsDoneToImagesIsSaid() throws {
    try lay([
      "a/alpha.png": "alpha.png", "a/opaque.png": "opaque.png", "a/deep.png": "sixteen-bits.png",
      "b/print.jpg": "cmyk.jpg", "b/more.jpg": "extraneous.jpg", "b/tall.jpg": "progressive.jpg",
      "b/.hidden": "text.png", "Thumbs.db": "text.png", "b/grey.jpg": "grey.jpg",
    ])
    let data = try load {
      ($0.height, $0.width, $0.channels, $0.resize) = (8, 8, 3, .crop)
    }
    #expect(data.shape == [8, 8, 3])
    let report = try #require(data.imageReport)
    #expect(
      report.content
        == "7 images (PNG, JPEG) of 17 × 24 to 50 × 37 pixels, cropped and scaled to 8 × 8 (data.image.resize)"
    )
    let remarks = report.remarks.map { $0.replacing(folder.url.path + "/", with: "") }
    #expect(
      remarks == [
        "not looked at, as hidden or of a file manager's: Thumbs.db, b/.hidden",
        "transparent pixels, shown on white (data.image.background): a/alpha.png",
        "16 bits a channel, rounded to 8: a/deep.png",
        "colours of print (CMYK), taken for those of ideal inks: b/print.jpg",
        "grey made colour of three equal channels (data.image.channels): a/deep.png, the first of 2",
        "damage that costs no pixel (Corrupt JPEG data: 2 extraneous bytes before marker 0xd9): b/more.jpg",
      ])
  }

  @Test(arguments: [
    (["a/1.png": "grey.png", "b/1.png": "colour.png"], "b/1.png: is in colour, and ", "channels"),
    (["a/1.png": "grey.png", "b/1.jpg": "progressive.jpg"], "b/1.jpg: is in colour", "channels"),
    (
      ["a/1.png": "colour.png", "b/1.jpg": "progressive.jpg"],
      "a/1.png: has 17 × 24 pixels (height × width), and ", "data.image.size"
    ),
    (
      ["a/1.png": "grey.png", "b/.x": "grey.png"], "b: the folder of a class holds no images",
      "remove it"
    ),
    (
      ["a/1.png": "grey.png", "2.png": "grey.png"], "2.png: lies beside the folder \"a\"", "folder"
    ),
    (["a/b/1.png": "grey.png"], "a/b: is a folder in the folder of a class", "/a"),
    ([".x": "grey.png"], "the folder holds no images", "PNG"),
    (["a/1.png": "grey.png", "a/2.png": "text.png"], "a/2.png: is no PNG or JPEG file", "remove"),
    (["a/1.png": "grey.png", "a/2.png": "gif.png"], "a/2.png: is a GIF file", "remove"),
    (["a/1.png": "colour.png", "a/2.png": "cut-off.png"], "a/2.png: is cut off", "remove"),
    (["a/1.png": "bomb.jpg"], "a/1.png: is cut off", "remove"),
  ])
  func whatCannotBeLearntFromIsRefused(
    files: [String: String], problem: String, advice: String
  ) throws {
    for (name, fixture) in files { try lay([name: fixture]) }
    let error = failure { try load() }
    #expect(error?.description.contains(problem) ?? false, "\(error?.description ?? "none")")
    #expect(error?.advice?.contains(advice) ?? false, "\(error?.description ?? "none")")
  }

  /// What a program calls: a folder or a file, and for a model as the model says.
  @Test func programsReadImages() throws {
    try lay(["a/1.png": "gamma-linear.png", "b/1.png": "colour.png"])
    let data = try Dataset.load(images: folder.url.path)
    #expect(data.shape == [17, 24, 3] && data.targetNames == ["a", "b"])
    #expect(data.imageReport?.remarks.first?.hasPrefix("a gamma of their own, converted") ?? false)
    let model = ModelSignature(
      outputs: .classes(["b", "a"]), images: ImageEncoding(height: 4, width: 4, channels: 1))
    #expect(try Dataset.load(images: folder.url.path, matching: model).classes == [1, 0])
    let one = try Dataset.load(images: folder.path("b/1.png"), matching: model)
    #expect(one.count == 1 && one.shape == [4, 4, 1] && one.targets == nil)
    #expect(failure { try Dataset.load(images: folder.path("c")) }?.kind == .missingInput)
    let path = try folder.write([1, 2, 3], to: "x")
    #expect(failure { try Dataset.load(images: path) }?.problem == "is no folder and no image")
  }

  /// Files that cannot be read are left out where that is asked for, whether their headers or their pixels are damaged.
  @Test func unreadableFilesAreLeftOutWhereAskedFor() throws {
    try lay([
      "a/1.png": "text.png", "a/2.png": "colour.png", "a/3.jpg": "cut-off.jpg",
      "b/1.png": "damaged.png", "b/2.png": "turned-3.png", "b/3.png": "empty.png",
    ])
    #expect(failure { try load() }?.place?.hasSuffix("a/1.png") ?? false)
    let data = try load { $0.unreadable = .skip }
    #expect(data.count == 2 && data.classes == [0, 1] && data.rowNames == ["a/2.png", "b/2.png"])
    let colour = try ImageFixtures.pixels("colour.png").bytes
    guard case .bytes(let bytes)? = data.features else { return }
    #expect(bytes == colour + colour)
    let report = try #require(data.imageReport)
    #expect(report.content == "2 images (PNG) of 17 × 24 pixels")
    #expect(report.remarks[0].hasPrefix("4 files left out (data.image.unreadable), the first: "))
    #expect(report.remarks[0].hasSuffix("a/1.png is no PNG or JPEG file"))
    // A class of which none is left is no class.
    try FileManager.default.removeItem(atPath: folder.path("b/2.png"))
    let error = failure { try load { $0.unreadable = .skip } }
    #expect(error?.place?.hasSuffix("b/1.png") ?? false, "\(error?.description ?? "none")")
  }

  @Test func linksAreFollowedAndLoopsRefused() throws {
    try lay(["a/1.png": "grey.png", "b/1.png": "grey.png"])
    let manager = FileManager.default
    try manager.createSymbolicLink(atPath: folder.path("c"), withDestinationPath: folder.path("a"))
    #expect(try load().targetNames == ["a", "b", "c"])
    try manager.createSymbolicLink(
      atPath: folder.path("d"), withDestinationPath: folder.url.path)
    #expect(failure { try load() }?.problem == "is a folder in the folder of a class")
    try manager.removeItem(atPath: folder.path("d"))
    try manager.createSymbolicLink(atPath: folder.path("b/2.png"), withDestinationPath: "nowhere")
    let error = failure { try load() }
    #expect(error?.kind == .missingInput && error?.place?.hasSuffix("b/2.png") ?? false)
  }

  /// The model's encoding goes before what a config says, and classes get its numbers.
  @Test func modelsSayHowImagesAreTaken() throws {
    try lay(["dog/1.png": "colour.png", "cat/1.jpg": "progressive.jpg"])
    let encoding = ImageEncoding(height: 5, width: 4, channels: 1, resize: .pad)
    let model = ModelSignature(outputs: .classes(["dog", "cow", "cat"]), images: encoding)
    let data = try load(matching: model)
    #expect(data.shape == [5, 4, 1] && data.images == encoding)
    #expect(data.classes == [2, 0] && data.targetNames == ["dog", "cow", "cat"])
    let other = ModelSignature(outputs: .classes(["cow", "dog"]), images: encoding)
    let error = failure { try load(matching: other) }
    #expect(error?.description.contains("cat: the folder's name is none of the model's") ?? false)
  }

  /// A model that was trained on arrays says of images nothing but their shape.
  @Test func withoutAnEncodingTheShapeHasToFit() throws {
    try lay(["1.png": "grey.png", "2.png": "turned-5.png"])
    let error = failure { try load(shape: [17, 24, 1]) }
    #expect(error?.description.contains("2.png: has 17 × 24 × 3 values") ?? false)
    try FileManager.default.removeItem(atPath: folder.path("2.png"))
    #expect(try load(shape: [17, 24, 1]).shape == [17, 24, 1])
    #expect(try load(shape: [17, 24, 1]).targets == nil)
    #expect(failure { try load(shape: [408]) }?.problem.contains("rows of 408 values") ?? false)
  }

  @Test func namesThatAreNoTextAreRefused() throws {
    try lay(["a/1.png": "grey.png"])
    let path = Array(folder.path("a").utf8CString.dropLast()) + [0x2F, -1, 0x2E, 0x70, 0]
    let descriptor = path.withUnsafeBufferPointer {
      open($0.baseAddress!, O_CREAT | O_WRONLY, 0o600)
    }
    #expect(descriptor >= 0)
    close(descriptor)
    #expect(failure { try load() }?.problem.contains("is not UTF-8") ?? false)
  }

  /// The rows, and so the fingerprint, are the same wherever the folder lies and however the files are called, as long as
  /// their order is.
  @Test func theFingerprintIsOfBytesAndClasses() throws {
    try lay(["a/1.png": "grey.png", "b/1.png": "one-bit.png"])
    let first = try load().fingerprint
    try FileManager.default.moveItem(atPath: folder.path("a/1.png"), toPath: folder.path("a/9.png"))
    #expect(try load().fingerprint == first)
    try FileManager.default.moveItem(atPath: folder.path("b"), toPath: folder.path("c"))
    #expect(try load().fingerprint != first)
  }
}
