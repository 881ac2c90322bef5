import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// The config's reference and its JSON Schema, which are made from the tables that the decoder checks with.
@Suite struct ReferenceTests {
  private static let reference = ConfigReference(
    keys: RunConfig.keys,
    families: [
      Registries.layers.description, Registries.activations.description,
      Registries.costs.description, Registries.optimizers.description,
      Registries.schedules.description, Registries.metrics.description,
      Registries.augmentations.description,
      Registries.regularizers.description, Registries.constraints.description,
      Registries.initializers.description,
    ])

  private static let heading = """
    # ``ConfigReference``

    The config reference: every key of a run's config, and every layer, cost, optimizer, schedule, metric and
    augmentation that it can name.

    This page is made from the tables that the decoder checks configs with; `config.schema.json` beside it says
    the same to editors. A component is its name (`relu`), or its name with options (`dense: { units: 64 }`).


    """

  enum File: String, CaseIterable {
    case reference = "ConfigReference.md"
    case schema = "config.schema.json"

    var generated: String {
      switch self {
      case .reference: heading + ReferenceTests.reference.markdown
      case .schema: ReferenceTests.reference.jsonSchema.json(pretty: true) + "\n"
      }
    }
  }

  @Test(arguments: File.allCases)
  func theFileIsWhatTheTablesSay(file: File) throws {
    let url = Article.catalogue.appending(path: file.rawValue)
    let expected = file.generated
    if ProcessInfo.processInfo.environment["DESCENT_UPDATE_REFERENCE"] == "1" {
      try expected.write(to: url, atomically: true, encoding: .utf8)
    }
    let found = try String(contentsOf: url, encoding: .utf8)
    let isSame = found == expected
    #expect(
      isSame,
      """
      \(file.rawValue) is not what the tables say; rewrite it with \
      DESCENT_UPDATE_REFERENCE=1 swift test --filter ReferenceTests
      """)
  }
}
