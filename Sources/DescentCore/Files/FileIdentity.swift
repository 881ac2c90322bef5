import Foundation

/// Which file it is that a name leads to: equal for all names of one file.
public struct FileIdentity: Equatable, Sendable {
  private let device: UInt64
  private let number: UInt64
  /// Whether it is a file of bytes on a disk, and no folder, pipe or device.
  public let isRegular: Bool
  public let isFolder: Bool

  /// - Returns: nil where the name leads nowhere.
  public init?(_ path: String) {
    var information = stat()
    // A path with a NUL would be cut there on its way to the system.
    guard !path.utf8.contains(0), stat(path, &information) == 0 else { return nil }
    self.init(information)
  }

  /// - Throws: `cannotCreate` where it is no file that another one can take the place of.
  public func requireReplaceable(at path: String) throws(DescentError) {
    guard !isRegular else { return }
    throw DescentError(
      .cannotCreate,
      isFolder ? "it is a folder" : "it is a pipe or a device, which no file can take the place of",
      at: path, advice: "name a file")
  }

  package init?(descriptor: Int32) {
    var information = stat()
    guard fstat(descriptor, &information) == 0 else { return nil }
    self.init(information)
  }

  private init(_ information: stat) {
    device = UInt64(information.st_dev)
    number = UInt64(information.st_ino)
    isRegular = information.st_mode & S_IFMT == S_IFREG
    isFolder = information.st_mode & S_IFMT == S_IFDIR
  }
}
