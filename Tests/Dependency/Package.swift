// swift-tools-version: 6.2
import Foundation
import PackageDescription

// A package of somebody else's, which names Descent by version: `check.sh` says where, and runs it.
let descent = ProcessInfo.processInfo.environment["DESCENT_URL"] ?? ""
let version = ProcessInfo.processInfo.environment["DESCENT_VERSION"] ?? "0.0.0"

let package = Package(
  name: "client",
  dependencies: [.package(url: descent, from: Version(version) ?? "0.0.0")],
  targets: [
    .executableTarget(
      name: "Client", dependencies: [.product(name: "Descent", package: "descent")])
  ]
)
