import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData

@Suite struct DatasetLoadTests {
  private let images = idx(type: 8, shape: [3, 2, 2], Array(1...12))
  private let labels = idx(type: 8, shape: [3], [2, 0, 1])

  @Test(arguments: ["images-idx3-ubyte.gz", "images.idx", "images"])
  func loadsImagesAndLabels(name: String) throws {
    let folder = try TemporaryFolder()
    let data = try Dataset.load(
      features: folder.write(name.hasSuffix("gz") ? gzip(images) : images, to: name),
      labels: folder.write(gzip(labels), to: "labels-idx1-ubyte.gz"))
    #expect(data.shape == [2, 2, 1])
    #expect(data.count == 3)
    #expect(data.classes == [2, 0, 1])
  }

  @Test func loadsTables() throws {
    let folder = try TemporaryFolder()
    let table = Array("a,b,y\n1,2,0.5\n3,4,1.5\n".utf8)
    for name in ["t.csv", "t.tsv", "t.csv.gz", "t.txt", "t"] {
      let path = try folder.write(name.hasSuffix("gz") ? gzip(table) : table, to: name)
      let data = try Dataset.load(features: path, options: .init(targets: ["y"]))
      #expect(data.floats == [1, 2, 3, 4])
      #expect(data.targetValues == [0.5, 1.5])
    }
  }

  @Test func loadsArrays() throws {
    let folder = try TemporaryFolder()
    let features = try folder.write(
      NPYWriter.encode([1, 2, 3, 4, 5, 6] as [Float], shape: [3, 2]), to: "x.npy")
    let labels = try folder.write(NPYWriter.encode([1, 0, 1] as [Int64], shape: [3]), to: "y.npy")
    let data = try Dataset.load(features: features, labels: labels)
    #expect(data.shape == [2])
    #expect(data.classes == [1, 0, 1])
    #expect(try Dataset.load(features: features).targets == nil)
    let values = try Dataset.load(
      features: features, labels: labels, options: .init(targetKind: .values))
    #expect(values.targetValues == [1, 0, 1])
  }

  @Test func loadsLabelsFromATable() throws {
    let folder = try TemporaryFolder()
    let features = try folder.write(images, to: "images.idx")
    let labels = try folder.write(Array("id,kind\n1,b\n2,a\n3,b\n".utf8), to: "labels.csv")
    let data = try Dataset.load(
      features: features, labels: labels, options: .init(targets: ["kind"]))
    #expect(data.classes == [1, 0, 1])
    #expect(data.targetNames == ["a", "b"])
  }

  @Test func mapsLabelsToKnownClasses() throws {
    let folder = try TemporaryFolder()
    let features = try folder.write(images, to: "images.idx")
    let labels = try folder.write(labels, to: "labels.idx")
    let data = try Dataset.load(
      features: features, labels: labels, options: .init(classNames: ["2", "1", "0", "3"]))
    #expect(data.classes == [0, 2, 1])
    #expect(data.targetNames == ["2", "1", "0", "3"])
    let error = failure {
      try Dataset.load(features: features, labels: labels, options: .init(classNames: ["0", "1"]))
    }
    #expect(error?.place == "\(labels), row 1")
  }

  @Test func namesADifferenceInRows() throws {
    let folder = try TemporaryFolder()
    let features = try folder.write(images, to: "images.idx")
    let labels = try folder.write(idx(type: 8, shape: [2], [0, 1]), to: "labels.idx")
    let error = failure { try Dataset.load(features: features, labels: labels) }
    #expect(error?.problem == "there are 3 rows in \(features) but 2 labels")
    #expect(error?.place == labels)
  }

  @Test func listsTheFormats() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([0x50, 0x4B, 3, 4, 0, 0, 0], to: "archive.bin")
    let error = failure { try Dataset.load(features: path) }
    #expect(error?.kind == .invalidInput)
    for name in ["CSV", "NPY", "IDX"] { #expect(error?.advice?.contains(name) == true) }
    // A name is a promise.
    let false1 = try folder.write(Array("1,2\n".utf8), to: "x.npy")
    #expect(failure { try Dataset.load(features: false1) }?.problem.contains("not an NPY") == true)
    let false2 = try folder.write(Array("1,2\n".utf8), to: "x-ubyte")
    #expect(failure { try Dataset.load(features: false2) }?.problem.contains("not an IDX") == true)
    let target = try folder.write(images, to: "x.idx")
    #expect(failure { try Dataset.load(features: target, options: .init(targets: ["y"])) } != nil)
  }
}
