// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "DescentBenchmarks",
  dependencies: [
    .package(name: "descent", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .executableTarget(
      name: "TrainingBenchmark",
      dependencies: [
        .product(name: "Descent", package: "descent"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "KernelBenchmark",
      dependencies: [
        .product(name: "Descent", package: "descent"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "CheckpointBenchmark",
      dependencies: [
        .product(name: "Descent", package: "descent"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
