import LibC
import SystemCalls

/// The files of a folder of images, or of one whose folders are classes.
package struct ImageFolder {
  let path: String
  /// The names of its folders, sorted by their bytes; empty where the images lie in it.
  private(set) var classes: [String] = []
  /// The files' paths within it, by classes, and sorted by the bytes of their names.
  private(set) var files: [String] = []
  /// The class of each; empty where there are none.
  private(set) var labels: [Int32] = []
  /// What is of no interest: hidden files, and those that file managers leave behind.
  private(set) var leftOut: [String] = []

  /// How images get labels.
  package static let labelAdvice =
    "put the images of each class into a folder of its name, and name the folder that holds these"

  /// Whether a path leads to a folder.
  static func isFolder(_ path: String) -> Bool { kind(of: path) == S_IFDIR }

  /// - Throws: where the folder cannot be read, or holds anything but images or folders of images: what belongs to no
  ///   class, or to a class of a class, may be there by mistake.
  init(_ path: String) throws(DescentError) {
    self.path = path
    let (folders, found) = try entries(of: nil)
    if let folder = folders.first, let file = found.first {
      throw DescentError(
        .invalidInput, "lies beside the folder \(folder.excerpt), and in none of a class",
        at: "\(path)/\(file)",
        advice: "give a folder of images, or one that holds folders of images and nothing else")
    }
    files = found
    for folder in folders {
      let (inner, found) = try entries(of: folder)
      if let inner = inner.first {
        throw DescentError(
          .invalidInput, "is a folder in the folder of a class", at: "\(path)/\(folder)/\(inner)",
          advice: "if it is the class, name the folder above it as data: \(path)/\(folder)")
      }
      guard !found.isEmpty else {
        throw DescentError(
          .invalidInput, "the folder of a class holds no images", at: "\(path)/\(folder)",
          advice: "remove it, or put its images there")
      }
      labels += Array(repeating: Int32(classes.count), count: found.count)
      files += found.map { "\(folder)/\($0)" }
      classes.append(folder)
    }
    guard !files.isEmpty else {
      throw DescentError(
        .invalidInput, "the folder holds no images", at: path,
        advice: "give one of PNG and JPEG files, or of folders of them")
    }
  }

  /// The names of what is in the folder, or in one of its folders; both sorted by their bytes.
  private mutating func entries(
    of folder: String?
  ) throws(DescentError) -> (folders: [String], files: [String]) {
    let path = folder.map { "\(self.path)/\($0)" } ?? self.path
    guard let stream = opendir(path) else {
      let code = errno
      throw DescentError(
        .missingInput, "the folder cannot be opened: \(FileBytes.message(code))", at: path,
        advice: code == EACCES ? "allow reading it" : "check the path")
    }
    defer { closedir(stream) }
    var (folders, files): ([LabelText], [LabelText]) = ([], [])
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        guard errno == 0 else {
          throw DescentError(
            .inputOutput, "the folder cannot be read: \(FileBytes.message(errno))", at: path)
        }
        break
      }
      let bytes = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      guard let name = String(validating: bytes, as: UTF8.self) else {
        throw DescentError(
          .invalidInput,
          "the name of a file in it is not UTF-8: \(String(decoding: bytes, as: UTF8.self))",
          at: path, advice: "rename it")
      }
      if name == "." || name == ".." { continue }
      if name.hasPrefix(".") || Self.remains.contains(name.lowercased()) {
        leftOut.append(folder.map { "\($0)/\(name)" } ?? name)
        continue
      }
      switch Self.kind(of: "\(path)/\(name)") {
      case S_IFDIR: folders.append(LabelText(name))
      case S_IFREG: files.append(LabelText(name))
      default: try InputPath.check("\(path)/\(name)")
      }
    }
    return (folders.sorted().map(\.text), files.sorted().map(\.text))
  }

  /// What file managers and archives leave in folders.
  private static let remains: Set<String> = ["thumbs.db", "desktop.ini", "__macosx"]

  private static func kind(of path: String) -> mode_t? {
    guard !path.utf8.contains(0) else { return nil }
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }
}
