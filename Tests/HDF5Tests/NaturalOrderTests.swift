import Testing

@testable import HDF5

@Suite struct NaturalOrderTests {
  @Test(arguments: [
    ["", "0", "00", "01", "1", "2", "10", "100", "a"],
    ["dense", "dense_1", "dense_2", "dense_10", "dense_10/a", "e"],
    ["v1.2", "v1.10", "v2.1"],
    ["9", "99999999999999999999998", "99999999999999999999999"],
  ])
  func sorts(names: [String]) {
    for (index, name) in names.enumerated() {
      #expect(!NaturalOrder.precedes(name, name))
      for later in names[(index + 1)...] {
        #expect(NaturalOrder.precedes(name, later), "\(name) before \(later)")
        #expect(!NaturalOrder.precedes(later, name), "\(later) after \(name)")
      }
    }
  }
}
