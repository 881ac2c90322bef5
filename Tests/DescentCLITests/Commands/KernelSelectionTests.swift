import Descent
import Kernels
import Testing

@testable import DescentCLI

struct KernelSelectionTests {
  @Test func withoutANameTheBestIsTaken() throws {
    #expect(try kernels(named: nil).name == KernelSet.best.name)
    #expect(try kernels(named: "").name == KernelSet.best.name)
  }

  @Test(arguments: KernelSet.available.map(\.name))
  func everyAvailableSetCanBeNamed(name: String) throws {
    #expect(try kernels(named: name).name == name)
  }

  @Test func anUnknownNameIsRefusedWithTheList() {
    let error = #expect(throws: DescentError.self) { try kernels(named: "mmx") }
    #expect(error?.kind == .usage)
    #expect(
      error?.advice == "it can run " + KernelSet.available.map(\.name).joined(separator: ", "))
  }
}
