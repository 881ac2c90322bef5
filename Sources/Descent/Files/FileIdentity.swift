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
    guard stat(path, &information) == 0 else { return nil }
    self.init(information)
  }

  init?(descriptor: Int32) {
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
