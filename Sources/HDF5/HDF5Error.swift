import Foundation

/// What went wrong with an HDF5 file: which operation, on which object of which file, and why.
///
/// Nothing in a file and no argument ends the process; it comes out as this error.
public struct HDF5Error: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was tried, such as `read dataset`.
  public let operation: String
  /// The path of the file.
  public let file: String
  /// The path of the object inside the file, such as `/layers/dense/vars/0`; nil where the file as a
  /// whole is meant. For an attribute, the object's path, an `@` and the attribute's name.
  public let object: String?
  /// Why it failed, and what would be right where that is known.
  public let message: String
  /// The system's error number (`errno`) if a system call failed: a read, a write, an open.
  public let systemError: Int32?
  /// libhdf5's own account, innermost call first; empty where the fault was found before libhdf5 was asked.
  public let libraryMessages: [String]
  /// Whether the file may be sound, but is of a part of HDF5 that is not read in this process: a newer form, chunks,
  /// compression, links that are not hard.
  public var isForeign = false

  /// Whether there was no room for what was to be written: the disk, a quota or a file size limit.
  /// Such a file is not bad input; writing it elsewhere, or again later, can succeed.
  public var isOutOfSpace: Bool {
    systemError == ENOSPC || systemError == EDQUOT || systemError == EFBIG
  }

  /// Whether the file does not exist.
  public var isMissingFile: Bool { systemError == ENOENT }

  /// `file.h5: cannot read dataset /layers/dense/vars/0: message`, control characters written out.
  public var description: String {
    let place = object.map { " " + $0 } ?? ""
    return Self.printable("\(file): cannot \(operation)\(place): \(message)")
  }

  /// The text with control characters as escapes: names come from files, errors go to terminals.
  private static func printable(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      let isControl =
        scalar.properties.generalCategory == .control
        || scalar.properties.generalCategory == .format
      result += isControl ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return result
  }
}
