import Testing

@testable import Descent

@Suite struct TargetKindTests {
  @Test(arguments: [
    ([0, 1], TargetKind.classes), ([1, 0, 0, 1], .classes), ([2, 0, 1], .classes),
    ((0..<20).map { Float($0) }, .classes), ((0..<21).map { Float($0) }, .values),
    ([0], .values), ([1], .values), ([1, 2], .values), ([0, 2], .values), ([0, 0.5, 1], .values),
    ([-1, 0, 1], .values), ([0, 1, 1e9], .values), ([0, 1, .nan], .values), ([], .values),
    ([0, 1, .infinity], .values),
  ])
  func infers(numbers: [Float], kind: TargetKind) {
    #expect(TargetKind.infer(numbers) == kind)
  }
}
