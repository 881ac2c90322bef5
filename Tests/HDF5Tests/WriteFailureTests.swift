import Foundation
import HDF5
import Testing

/// What a full disk does: an error that says so, and a process that lives on and ends as it should.
///
/// Each runs in a process of its own, as limits and crashes are a process's.
@Suite struct WriteFailureTests {
  /// Fails in the middle of the numbers, many times over.
  @Test func largeWriteIsReportedAndTheProcessGoesOn() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      limitFileSize(to: 100_000)
      let values = [Float](repeating: 1, count: 100_000)
      for _ in 0..<20 {
        let file = try HDF5File.create(at: folder.file())
        let failure = #expect(throws: HDF5Error.self) { try file.root.write(values, to: "a/b") }
        #expect(failure?.isOutOfSpace == true, "\(failure as Any)")
        #expect(failure?.systemError == EFBIG)
        #expect(failure?.object == "/a/b")
        #expect(throws: HDF5Error.self) { try file.close() }
      }
      try expectUsable(folder)
    }
  }

  /// Everything fits the library's buffers, so that only closing finds out.
  @Test func closeReportsWhatCouldNotBeWritten() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      limitFileSize(to: 5000)
      for _ in 0..<20 {
        let file = try HDF5File.create(at: folder.file())
        try writeSmallModel(to: file)
        let failure = #expect(throws: HDF5Error.self) { try file.close() }
        #expect(failure?.isOutOfSpace == true, "\(failure as Any)")
        #expect(!file.isOpen)
      }
      limitFileSize(to: 1_000_000)
      try expectUsable(folder)
    }
  }

  /// Room ends at every place in turn; none of them is a success, a crash or a file handle lost.
  @Test func everyLimitIsReported() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let whole = try HDF5File.create(at: folder.file())
      try writeSmallModel(to: whole)
      try whole.close()
      let size = try Data(contentsOf: URL(fileURLWithPath: folder.file())).count
      for limit in stride(from: 0, to: size, by: 101) {
        limitFileSize(to: limit)
        let failure = #expect(throws: HDF5Error.self, "with room for \(limit) bytes") {
          let file = try HDF5File.create(at: folder.file())
          try writeSmallModel(to: file)
          try file.close()
        }
        #expect(failure?.isOutOfSpace == true, "\(failure as Any)")
      }
      limitFileSize(to: size)
      try expectUsable(folder)
      // The test's runner opens handles of its own meanwhile; those of the folder are the library's.
      let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter {
        let file = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
        return file?.contains(folder.path) ?? false
      }
      #expect(open.isEmpty)
    }
  }

  /// Nobody closes the file: it is let go, or lives until the process ends.
  @Test func abandonedFilesDoNotDisturbTheEnd() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      limitFileSize(to: 1000)
      do {
        let file = try HDF5File.create(at: folder.file("released.h5"))
        try file.root.write([Float](repeating: 1, count: 1000), to: "values")
      }
      let file = try HDF5File.create(at: folder.file("kept.h5"))
      try file.root.write([Float](repeating: 1, count: 1000), to: "values")
      _ = Unmanaged.passRetained(file)
    }
  }

  /// A file system that is really full; making one takes the rights to mount.
  @Test(.enabled(if: geteuid() == 0, "only root may mount a file system"))
  func fullDiskIsReported() async throws {
    let folder = try TemporaryFolder()
    try run("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.path])
    defer { _ = try? run("umount", [folder.path]) }
    let path = folder.file()
    await #expect(processExitsWith: .success) { [path = path as String] in
      for count in [100, 100_000] {
        let failure = #expect(throws: HDF5Error.self) {
          let file = try HDF5File.create(at: path)
          try writeSmallModel(to: file)
          try file.root.write([UInt8](repeating: 1, count: 60_000), to: "most")
          try file.root.write([Float](repeating: 1, count: count), to: "rest")
          try file.close()
        }
        #expect(failure?.systemError == ENOSPC, "\(failure as Any)")
        #expect(failure?.message == "No space left on device")
      }
    }
  }
}

/// Makes writes past a size fail with EFBIG, rather than end the process by a signal.
private func limitFileSize(to byteCount: Int) {
  signal(SIGXFSZ, SIG_IGN)
  let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
  // The hard limit stays, so that the soft one can be raised again.
  var limit = rlimit()
  getrlimit(resource, &limit)
  limit.rlim_cur = rlim_t(byteCount)
  setrlimit(resource, &limit)
}

/// Groups, numbers and attributes of some 20 KB.
private func writeSmallModel(to file: HDF5File) throws {
  for group in 0..<10 {
    try file.root.write([Float(group), 2, 3], to: "group\(group)/values")
  }
  try file.root.attributes.set("note", to: String(repeating: "x", count: 3000))
}

/// Writes and reads a file that fits.
private func expectUsable(_ folder: TemporaryFolder) throws {
  let file = try HDF5File.create(at: folder.file("small.h5"))
  try file.root.write([1.5, 2.5], to: "values")
  try file.close()
  let reopened = try HDF5File.open(at: folder.file("small.h5"))
  #expect(try reopened.root.dataset("values").read(Double.self) == [1.5, 2.5])
}
