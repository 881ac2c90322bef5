import Foundation
import Testing

@testable import DescentCore
@testable import DescentEngine

@Suite struct TemperatureTests {
  /// Rows whose classes are drawn from softmax(z / true), predicted as softmax(z).
  private static func predictions(_ temperature: Double, rows: Int) -> EpochPredictions {
    let random = CounterRandom(seed: 5, purpose: .noise, step: 1)
    func uniform(_ index: Int) -> Double { Double(random.bits(UInt64(index)) >> 11) * 0x1p-53 }
    func softmax(_ z: [Double]) -> [Double] {
      let powers = z.map(exp)
      return powers.map { $0 / powers.reduce(0, +) }
    }
    var (outputs, classes): ([Float], [Int32]) = ([], [])
    for row in 0..<rows {
      let z = (0..<3).map { (uniform(row * 4 + $0) - 0.5) * 12 }
      outputs += softmax(z).map { Float($0) }
      let truth = softmax(z.map { $0 / temperature })
      let draw = uniform(row * 4 + 3)
      classes.append(draw < truth[0] ? 0 : draw < truth[0] + truth[1] ? 1 : 2)
    }
    return EpochPredictions(form: .classes, outputs: 3, predictions: outputs, classes: classes)
  }

  @Test(arguments: [0.6, 1, 2.3])
  func whatProbabilitiesAreTooSureByIsFound(temperature: Double) {
    let found = Temperature.fitted(to: Self.predictions(temperature, rows: 6000))
    #expect(abs(found / temperature - 1) < 0.08)
  }

  @Test func aFewRowsThatAreAllRightProveLittle() {
    let right = EpochPredictions(
      form: .values, outputs: 1, predictions: Array(repeating: 0.9, count: 20),
      values: Array(repeating: 1, count: 20))
    let found = Temperature.fitted(to: right)
    #expect(found > 0.7 && found < 1)
    #expect(Temperature.fitted(to: right.replacing(Array(repeating: 0.5, count: 20))) > 0.99)
  }
}
