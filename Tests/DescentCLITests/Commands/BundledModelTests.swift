import Descent
import Testing

@testable import DescentCLI

struct BundledModelTests {
  @Test func theCurrentFolderGoesFirst() throws {
    let (here, there) = (try Scratch(), try Scratch())
    try here.write("", to: "models/digits.yaml")
    try there.write("", to: "models/digits.yaml")
    #expect(
      try BundledModel.config(currentFolder: here.path, executable: there.path + "/a/descent")
        == here.path + "/models/digits.yaml")
  }

  @Test func thenTheFoldersAboveTheProgram() throws {
    let (here, there) = (try Scratch(), try Scratch())
    try there.write("", to: "models/digits.yaml")
    #expect(
      try BundledModel.config(
        currentFolder: here.path, executable: there.path + "/.build/x/debug/descent")
        == there.path + "/models/digits.yaml")
  }

  @Test func itsAbsenceIsSaid() throws {
    let folder = try Scratch()
    let error = #expect(throws: DescentError.self) {
      try BundledModel.config(currentFolder: folder.path, executable: folder.path + "/descent")
    }
    #expect(error?.kind == .missingInput)
  }
}
