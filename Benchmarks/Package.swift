// swift-tools-version: 6.2
import PackageDescription

let descent = Target.Dependency.product(name: "Descent", package: "descent")
let arguments = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let measuring: [Target.Dependency] = ["BenchmarkSupport", descent, arguments]

let package = Package(
  name: "DescentBenchmarks",
  dependencies: [
    .package(name: "descent", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .target(name: "BenchmarkSupport", dependencies: [descent, arguments]),
    .executableTarget(name: "TrainingBenchmark", dependencies: measuring),
    .executableTarget(name: "InferenceBenchmark", dependencies: measuring),
    .executableTarget(name: "LoadingBenchmark", dependencies: measuring),
    .executableTarget(name: "KernelBenchmark", dependencies: measuring),
    .executableTarget(name: "ProductBenchmark", dependencies: measuring),
    .executableTarget(name: "ConvolutionBenchmark", dependencies: measuring),
    .executableTarget(name: "CheckpointBenchmark", dependencies: measuring),
    .executableTarget(name: "ExchangeBenchmark", dependencies: [descent]),
    .target(name: "AllocationCounter"),
    .executableTarget(name: "AllocationBenchmark", dependencies: ["AllocationCounter", descent]),
  ],
  swiftLanguageModes: [.v6]
)
