// swift-tools-version: 6.1
import PackageDescription

// A program that uses alexnet's kernels as a library. Build and run it here with `swift run`; it doesn't
// need any of the notebook's system packages.
let package = Package(
  name: "library-use",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "alexnet", path: "../..")],
  targets: [
    .executableTarget(
      name: "library-use",
      dependencies: [.product(name: "AlexNetKernels", package: "alexnet")])
  ]
)
