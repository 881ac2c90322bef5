import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Every cost with every last activation, number of outputs and sort of target: accepted in a form, or refused with
/// the exact advice. The list of all is `Tests/Fixtures/costs/rules.txt`; ChoosingACost.md states the rules.
@Suite struct CostRuleTests {
  struct TargetSort: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// The targets of a network with so many outputs.
    var make: @Sendable (_ outputs: Int) -> Dataset.Targets
  }

  private static func names(_ count: Int) -> [String] { (0..<count).map { "t\($0)" } }

  private static func values(_ name: String, _ rows: @escaping @Sendable (Int) -> [[Float]])
    -> TargetSort
  {
    TargetSort(testDescription: name) { .values(rows($0).flatMap { $0 }, names: names($0)) }
  }

  static let sorts = [
    TargetSort(testDescription: "two classes") { _ in .classes([0, 1, 1], names: ["no", "yes"]) },
    TargetSort(testDescription: "four classes") { _ in
      .classes([0, 3, 1, 2], names: ["a", "b", "c", "d"])
    },
    values("0 and 1") { count in
      [[Float](repeating: 1, count: count), [Float](repeating: 0, count: count)]
    },
    values("-1 and 1") { count in
      [[Float](repeating: 1, count: count), [Float](repeating: -1, count: count)]
    },
    values("one-hot") { count in (0..<count).map { row in (0..<count).map { $0 == row ? 1 : 0 } } },
    values("probabilities") { count in [[Float](repeating: 1 / Float(count), count: count)] },
    values("counts") { count in [(0..<count).map { Float($0 + 3) }, (0..<count).map { Float($0) }]
    },
    values("real numbers") { count in [(0..<count).map { Float($0) - 1.5 }] },
  ]

  static let outputs = [1, 2, 4]
  static let activations: [any Activation] = [Linear(), ReLU(), Sigmoid(), Tanh(), Softmax()]

  static let costs: [any Cost] =
    Registries.costs.kinds.compactMap { kind in
      try? Registries.costs.decode(
        ConfigNode(.string(kind), at: ConfigPlace(source: ConfigSource(name: "test"))))
    } + [
      BinaryCrossEntropy(fromLogits: true), CategoricalCrossEntropy(fromLogits: true),
      BinaryFocalCrossEntropy(fromLogits: true), CategoricalFocalCrossEntropy(fromLogits: true),
    ]

  private static func name(_ cost: any Cost) -> String {
    type(of: cost).kind + (cost.fit.fromLogits == true ? " from logits" : "")
  }

  /// The form of accepted targets, or the error's words.
  private static func outcome(
    _ cost: any Cost, _ activation: any Activation, _ count: Int, _ sort: TargetSort
  ) -> String {
    do throws(DescentError) {
      let form = try cost.targetForm(
        for: OutputDescription(count: count, activation: activation), targets: sort.make(count))
      return "accepted: \(form.name)"
    } catch {
      return "refused: \(error)"
    }
  }

  /// The list, combinations with the same outcome on one line.
  private static var list: String {
    var text = ""
    for cost in costs {
      text += "\(name(cost))\n"
      for sort in sorts {
        var outcomes: [(outcome: String, places: [String])] = []
        for count in outputs {
          for activation in activations {
            let outcome = outcome(cost, activation, count, sort)
            let place = "\(count) \(type(of: activation).kind)"
            if let index = outcomes.firstIndex(where: { $0.outcome == outcome }) {
              outcomes[index].places.append(place)
            } else {
              outcomes.append((outcome, [place]))
            }
          }
        }
        for (outcome, places) in outcomes {
          text += "  \(sort.testDescription); \(places.joined(separator: ", "))\n    \(outcome)\n"
        }
      }
    }
    return text
  }

  @Test func everyCombinationIsAsListed() throws {
    let url = repositoryRoot.appending(path: "Tests/Fixtures/costs/rules.txt")
    if ProcessInfo.processInfo.environment["DESCENT_UPDATE_REFERENCE"] == "1" {
      try Self.list.write(to: url, atomically: true, encoding: .utf8)
    }
    let found = try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n")
    let expected = Self.list.components(separatedBy: "\n")
    #expect(found.count == expected.count)
    for (line, (found, expected)) in zip(found, expected).enumerated() {
      #expect(found == expected, "line \(line + 1)")
    }
  }

  // MARK: - The page

  private static func page() throws -> [String: (
    targets: String, range: String, activations: [String]
  )] {
    var rules: [String: (targets: String, range: String, activations: [String])] = [:]
    for row in try Article("ChoosingACost").tableRows(under: "The rules") {
      let parts = row[1].components(separatedBy: ": ")
      try #require(parts.count == 2)
      rules[row[0].replacing("`", with: "")] = (
        parts[0], parts[1], row[2] == "any" ? [] : row[2].components(separatedBy: ", ")
      )
    }
    return rules
  }

  @Test func thePageStatesTheRulesOfTheCode() throws {
    let page = try Self.page()
    #expect(Set(page.keys) == Set(Registries.costs.kinds))
    for cost in Self.costs where cost.fit.fromLogits != true {
      let rule = try #require(page[type(of: cost).kind])
      let targets =
        switch cost.fit.targets {
        case .numbers: "numbers"
        case .yesOrNo, .signs: "yes or no"
        case .oneOfSeveral: "one of several"
        }
      #expect(rule.targets == targets, "\(type(of: cost).kind)")
      #expect(rule.range == cost.fit.range.words)
      #expect(rule.activations == cost.fit.activations)
    }
  }

  /// What the page says, read by another piece of code than the one that refuses.
  @Test func everyCombinationIsWhatThePageSays() throws {
    let page = try Self.page()
    for cost in Self.costs {
      let rule = try #require(page[type(of: cost).kind])
      for sort in Self.sorts {
        for count in Self.outputs {
          let fits =
            switch (rule.targets, sort.testDescription) {
            case ("yes or no", "two classes"): count == 1
            case ("one of several", "two classes"): count >= 2
            case ("one of several", "four classes"): count >= 4
            case (_, "two classes"), (_, "four classes"): false
            case ("one of several", "one-hot"), ("one of several", "probabilities"): count > 1
            case ("one of several", _): false
            case (_, let values): Self.allows(rule.range, values, count)
            }
          for activation in Self.activations {
            let kind = type(of: activation).kind
            let wanted = cost.fit.fromLogits == true ? ["linear"] : rule.activations
            let expected = fits && (wanted.isEmpty || wanted.contains(kind))
            let outcome = Self.outcome(cost, activation, count, sort)
            #expect(
              outcome.hasPrefix("accepted") == expected,
              "\(Self.name(cost)), \(sort.testDescription), \(count) \(kind): \(outcome)")
          }
        }
      }
    }
  }

  private static func allows(_ range: String, _ values: String, _ count: Int) -> Bool {
    // With one output, one-hot values and probabilities are 1 throughout.
    switch range {
    case "any number": true
    case "not 0, because it divides by them":
      ["-1 and 1", "probabilities", "real numbers"].contains(values)
        || count == 1 && values == "one-hot"
    case "0 or more": !["-1 and 1", "real numbers"].contains(values)
    case "between 0 and 1": ["0 and 1", "one-hot", "probabilities"].contains(values)
    default:
      ["0 and 1", "-1 and 1", "one-hot"].contains(values) || count == 1 && values == "probabilities"
    }
  }

  // MARK: - Insisting

  /// Insisted on, everything is accepted whose numbers of targets and outputs can be brought together.
  @Test func insistingOverrulesTheRules() throws {
    for cost in Self.costs.map({ $0.insisted() }) {
      for sort in Self.sorts {
        for count in Self.outputs {
          for activation in Self.activations {
            let outcome = Self.outcome(cost, activation, count, sort)
            let isOne = cost.fit.targets != .oneOfSeveral && count == 1
            let classes = ["two classes": 2, "four classes": 4][sort.testDescription] ?? 0
            #expect(
              outcome.hasPrefix("accepted") == (isOne || classes <= count),
              "\(Self.name(cost)), \(sort.testDescription), \(count): \(outcome)")
          }
        }
      }
    }
  }

  /// What is insisted on trains, also with metrics of the whole epoch: no form of targets is read past its end.
  @Test(arguments: [[], [F1Score(), ROCAUC()], [R2Score()]] as [[any Metric]])
  func whatIsInsistedOnTrains(metrics: [any Metric]) throws {
    for cost in Self.costs.map({ $0.insisted() }) {
      for sort in Self.sorts {
        for count in [1, 4] where !Self.outcome(cost, Sigmoid(), count, sort).hasPrefix("refused") {
          let targets = sort.make(count)
          let trainer = try Trainer(
            Network(input: [3]) { Dense(count, activation: .sigmoid) },
            configuration: TrainingConfiguration(
              cost: cost, optimizer: GradientDescent(learningRate: 1e-30),
              schedule: ConstantSchedule(),
              metrics: metrics, batchSize: 2, horizon: 1, seed: 1, shards: .automatic,
              shuffle: true), threads: 2, kernels: .best)
          let data = Dataset(
            features: .floats(noise(3 * targets.count, seed: 1)), shape: [3], targets: targets)
          do {
            try trainer.prepare(on: data, validation: data)
          } catch {
            // Metrics have rules of their own, and nothing to insist with.
            #expect(!metrics.isEmpty && error.description.contains("metric"), "\(error)")
            continue
          }
          _ = try trainer.advance()
          #expect(
            trainer.history.stepCosts[0].isFinite, "\(Self.name(cost)), \(sort.testDescription)")
        }
      }
    }
  }

  @Test func scoresAndLogitsAreDividedAtZero() {
    for cost in Self.costs {
      let isHinge = cost is Hinge || cost is SquaredHinge || cost is CategoricalHinge
      let isScore = isHinge || cost.fit.fromLogits == true
      #expect(cost.fit.threshold == (isScore ? 0 : 0.5), "\(Self.name(cost))")
    }
  }

  @Test func aConfigInsists() throws {
    let place = ConfigPlace(source: ConfigSource(name: "test"))
    let cost = try Registries.costs.decode(
      ConfigNode(["binary_crossentropy": ["insist": true]], at: place))
    #expect(cost.insist)
    #expect(cost.configuration["binary_crossentropy"]?["insist"] == true)
    let plain = try Registries.costs.decode(ConfigNode("binary_crossentropy", at: place))
    #expect(!plain.insist)
    #expect(plain.configuration["binary_crossentropy"]?["insist"] == nil)
  }
}
