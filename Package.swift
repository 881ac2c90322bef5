// swift-tools-version: 6.2
import PackageDescription

// Each instruction set has a target of its own with the same source (Sources/KernelSource, by symbolic
// link) and its own vector type. Their flags are unsafe in SwiftPM's sense: the vector features have to be
// named to the compiler, and optimising them as whole modules, in debug builds too, keeps kernels fast
// when tests run: without, nothing is inlined from one file into another (measured: 20 GFLOP/s for 240).
#if arch(arm64)
  let kernelTargets: [Target] = [
    .target(
      name: "KernelsNEON", dependencies: ["CVector"],
      swiftSettings: [
        .unsafeFlags(["-Ounchecked", "-whole-module-optimization", "-num-threads", "2"])
      ]
    )
  ]
#else
  let kernelTargets: [Target] = [
    .target(
      name: "KernelsAVX512", dependencies: ["CVector"],
      swiftSettings: [
        .unsafeFlags([
          "-Ounchecked", "-whole-module-optimization", "-num-threads", "2", "-Xcc",
          "-march=x86-64-v4",
        ])
      ]),
    // Only what products of bfloat16 numbers take (Sources/KernelSource/Pairs), by the instructions for them.
    .target(
      name: "KernelsBFloat16", dependencies: ["CVector"],
      swiftSettings: [
        .unsafeFlags([
          "-Ounchecked", "-whole-module-optimization", "-num-threads", "2", "-Xcc",
          "-march=x86-64-v4", "-Xcc", "-mavx512bf16",
        ])
      ]),
    .target(
      name: "KernelsAVX2", dependencies: ["CVector"],
      swiftSettings: [
        .unsafeFlags([
          "-Ounchecked", "-whole-module-optimization", "-num-threads", "2", "-Xcc",
          "-march=x86-64-v3",
        ])
      ]),
    .target(
      name: "KernelsBaseline", dependencies: ["CVector"],
      swiftSettings: [
        .unsafeFlags(["-Ounchecked", "-whole-module-optimization", "-num-threads", "2"])
      ]),
  ]
#endif

let package = Package(
  name: "descent",
  products: [
    .library(name: "Descent", targets: ["Descent"]),
    .executable(name: "descent", targets: ["DescentCLI"]),
  ],
  traits: [
    .trait(
      name: "Images",
      description: "Folders of PNG and JPEG files as data, read with libpng and libjpeg-turbo."),
    .default(enabledTraits: ["Images"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(
      name: "CHDF5",
      providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(
      name: "CZlib",
      providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CPNG",
      providers: [.apt(["libpng-dev"])]),
    .systemLibrary(
      name: "CTurboJPEG",
      providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(name: "CProcessor"),
    .systemLibrary(name: "CCompression"),
    .systemLibrary(name: "CVector"),
    .target(name: "LibC"),
    .target(name: "SystemCalls", dependencies: ["LibC"]),
    .target(name: "MPI", dependencies: ["LibC"]),
    .target(name: "HDF5", dependencies: ["CHDF5", "SystemCalls"]),
    .target(
      name: "ImageFiles",
      dependencies: [
        .target(name: "CPNG", condition: .when(traits: ["Images"])),
        .target(name: "CTurboJPEG", condition: .when(traits: ["Images"])),
      ]),
    .target(
      name: "Kernels",
      dependencies: ["CProcessor", "LibC"] + kernelTargets.map { .target(name: $0.name) }),
    .target(name: "DescentCore", dependencies: ["Kernels", "LibC", "SystemCalls"]),
    .target(
      name: "DescentData",
      dependencies: [
        "DescentCore", "HDF5", "ImageFiles", "CZlib", "CCompression", "LibC", "SystemCalls",
      ]),
    .target(name: "DescentEngine", dependencies: ["DescentCore", "Kernels", "LibC"]),
    .target(
      name: "DescentFormat", dependencies: ["DescentEngine", "DescentData", "HDF5", "CZlib"]),
    .target(name: "DescentReports", dependencies: ["DescentFormat", "CZlib", "SystemCalls"]),
    .target(
      name: "Descent",
      dependencies: [
        "DescentCore", "DescentData", "DescentEngine", "DescentFormat", "DescentReports", "Kernels",
        "HDF5", "MPI", "SystemCalls", .product(name: "Yams", package: "Yams"),
      ]),
    .executableTarget(
      name: "DescentCLI",
      dependencies: [
        "Descent", "SystemCalls", "CProcessor",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "fuzz-files", dependencies: ["Descent", "HDF5", "Kernels"], path: "Tests/Fuzz"),
    .testTarget(name: "HDF5Tests", dependencies: ["HDF5"]),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels"]),
    .testTarget(
      name: "DescentTests",
      dependencies: [
        "Descent", "DescentCore", "DescentData", "DescentEngine", "DescentFormat", "DescentReports",
        "ImageFiles", "MPI",
      ]),
    .testTarget(name: "DescentCLITests", dependencies: ["Descent", "DescentCLI"]),
  ] + kernelTargets,
  swiftLanguageModes: [.v6]
)
