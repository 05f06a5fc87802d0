// swift-tools-version: 6.1
import PackageDescription

// A program that uses alexnet's kernels as a library. `swift run` here builds and runs it; none of the
// system packages of the notebook are needed.
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
