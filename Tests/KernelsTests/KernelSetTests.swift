import Testing

@testable import Kernels

@Suite struct KernelSetTests {
  @Test func setsAreFoundByName() {
    for set in KernelSet.available { #expect(KernelSet.named(set.name)?.lanes == set.lanes) }
    #expect(KernelSet.named("none") == nil)
    #expect(KernelSet.best.name == KernelSet.available[0].name)
    #expect(Set(KernelSet.available.map(\.name)).count == KernelSet.available.count)
  }

  @Test func vectorsShrinkDownTheList() {
    let lanes = KernelSet.available.map(\.lanes)
    #expect(lanes == lanes.sorted(by: >))
    for set in KernelSet.available {
      #expect(Matrix.padding % set.lanes == 0, "\(set.name): rows are padded to whole vectors")
      #expect(set.gradientColumns % Matrix.padding == 0, "\(set.name): pieces begin at vectors")
    }
  }
}
