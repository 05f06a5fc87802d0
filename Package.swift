// swift-tools-version: 6.1
import PackageDescription

/// Every target of the package keeps to one language mode and one set of warnings.
let settings: [SwiftSetting] = [.swiftLanguageMode(.v6)]

/// Mathematics: log, exp, pow and their kind. Swift alone, so the library stays without system packages.
let mathematics: Target.Dependency = .product(name: "RealModule", package: "swift-numerics")

/// What `make docs` needs, and nothing else does.
let documentationPlugin: [Package.Dependency] =
  Context.environment["WITH_DOCC"] == nil
  ? [] : [.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0")]

#if os(macOS)
  let zeroMQ: String? = "libzmq"
#else
  let zeroMQ: String? = nil
#endif

let package = Package(
  name: "alexnet",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "alexnet", targets: ["alexnet"]),
    // What an operation is, how it is defined, and the networks made of it. Needs no system package.
    .library(
      name: "AlexNetKernels", targets: ["Tensors", "Layers", "ReferenceEngine", "Networks"]),
  ],
  traits: [
    // What a build may leave out, with the system package that it would need.
    .trait(name: "OneDNN", description: "The fast engine, on oneDNN (libdnnl-dev)."),
    .trait(name: "Jupyter", description: "The Jupyter front end, on ZeroMQ (libzmq3-dev)."),
    .trait(name: "MPI", description: "Training by many processes, over MPI (libopenmpi-dev)."),
    .default(enabledTraits: ["OneDNN", "Jupyter"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.0.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ] + documentationPlugin,
  targets: [
    // Front ends.
    .executableTarget(
      name: "alexnet", dependencies: ["Terminal", "Jupyter"], swiftSettings: settings),
    .target(
      name: "Jupyter",
      dependencies: [
        "Notebook", "Commands", "Cells", "Documents", "Digests", "TensorFiles", "Tensors", "Basics",
        "CLibrary", .target(name: "CZeroMQ", condition: .when(traits: ["Jupyter"])),
      ],
      swiftSettings: settings),
    .target(
      name: "Terminal",
      dependencies: [
        "Notebook", "Commands", "Cells", "Documents", "Parallel", "Datasets", "Tensors",
        "CLineEditor", "Basics", "CLibrary", "TensorFiles",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),

    // The notebook: what can be typed, and what it shows.
    .target(
      name: "Notebook",
      dependencies: [
        "Lessons", "Views", "Commands", "EngineChecks", "Figures", "Scaling", "Cells",
        "Expressions",
        "Training", "Documents",
        "Datasets", "Networks", "WeightFiles", "TensorFiles", "Tensors", "Basics", "CLibrary",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .target(
      name: "Lessons",
      dependencies: [
        "CourseSite", "Explanations", "Commands", "Cells", "Expressions", "Documents", "Networks",
        "Layers", "TensorFiles",
        "Tensors",
        "CMarkdown", "Basics", "CLibrary",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: settings),
    .target(
      name: "CourseSite",
      dependencies: ["Documents", "Explanations", "Training", "TensorFiles", "Basics"],
      resources: [.embedInCode("site.js"), .embedInCode("site.css")], swiftSettings: settings),
    .target(
      name: "Views",
      dependencies: [
        "Commands", "Cells", "Expressions", "Documents", "Explanations", "Training", "Datasets",
        "Networks", "Layers", "TensorFiles", "Tensors", "Basics", mathematics,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .target(
      name: "Commands",
      dependencies: [
        "Scaling", "Cells", "Expressions", "Documents", "Explanations", "Training", "Parallel",
        "Datasets", "WeightFiles", "Networks", "Layers", "TensorFiles", "Tensors", "Digests",
        "Basics",
        "CLibrary",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .target(
      name: "EngineChecks",
      dependencies: [
        "Cells", "Documents", "Goldens", "Networks", "Layers", "TensorFiles", "Tensors", "Basics",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .target(
      name: "Scaling",
      dependencies: [
        "Cells", "Documents", "Parallel", "Networks", "Layers", "TensorFiles", "Tensors", "Basics",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .target(
      name: "Figures",
      dependencies: [
        "Cells", "Expressions", "Documents", "Explanations", "Datasets", "Networks", "Layers",
        "TensorFiles", "Tensors", "Basics", "CLibrary",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      resources: [.embedInCode("figure.js"), .embedInCode("figure.css")],
      swiftSettings: settings),
    .target(
      name: "Cells",
      dependencies: [
        "Expressions", "Documents", "Training", "Datasets", "Goldens", "Networks",
        "ReferenceEngine", "OneDNNEngine", "PlantedEngine", "Layers", "TensorFiles", "Tensors",
        "Basics", "CLibrary", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .target(
      name: "Expressions",
      dependencies: [
        "Documents", "Explanations", "Networks", "ReferenceEngine", "Layers", "Tensors", "Basics",
        "CLibrary", "TensorFiles",
      ],
      swiftSettings: settings),
    .target(
      name: "Documents", dependencies: ["Datasets", "Tensors", "Basics", "TensorFiles"],
      swiftSettings: settings),
    .target(
      name: "Explanations",
      dependencies: ["Networks", "Layers", "Tensors", "Basics", "CLibrary", mathematics],
      swiftSettings: settings),
    .target(
      name: "Training",
      dependencies: [
        "Splitting", "Parallel", "Documents", "Networks", "Datasets", "WeightFiles", "Layers",
        "TensorFiles", "Digests", "Tensors", "Basics", "CLibrary", mathematics,
      ],
      swiftSettings: settings),
    .target(
      name: "Splitting", dependencies: ["Parallel", "Networks", "Layers", "Tensors", "Basics"],
      swiftSettings: settings),
    .target(
      name: "Parallel", dependencies: ["CMPI", "TensorFiles", "Basics", "CLibrary"],
      swiftSettings: settings),
    .target(
      name: "Datasets",
      dependencies: [
        "Networks", "Tensors", "TensorFiles", "Digests", "CImageCodecs", "CArchive", "CCurl",
        "Basics",
      ],
      swiftSettings: settings),
    .target(
      name: "Goldens",
      dependencies: [
        "Networks", "Layers", "TensorFiles", "Digests", "Tensors", "Basics", mathematics,
      ],
      swiftSettings: settings),
    .target(name: "Digests", dependencies: ["CSodium", "Basics"], swiftSettings: settings),
    .target(
      name: "WeightFiles",
      dependencies: ["Networks", "Layers", "TensorFiles", "Tensors", "Basics"],
      swiftSettings: settings),

    // The library: values, layers, kernels, networks. No system package below this line.
    .target(
      name: "Networks", dependencies: ["Layers", "TensorFiles", "Tensors", "Basics"],
      swiftSettings: settings),
    .target(
      name: "OneDNNEngine",
      dependencies: ["Layers", "Tensors", "CFastKernels", "COneDNN", "Basics", "CLibrary"],
      swiftSettings: settings),
    .target(
      name: "ReferenceEngine", dependencies: ["Layers", "Tensors", "Basics", mathematics],
      swiftSettings: settings),
    // The reference with one mistake each, for lesson 16.
    .target(
      name: "PlantedEngine",
      dependencies: ["Layers", "ReferenceEngine", "Tensors", "Basics", mathematics],
      swiftSettings: settings),
    .target(name: "Layers", dependencies: ["Tensors", "Basics"], swiftSettings: settings),
    .target(
      name: "TensorFiles", dependencies: ["Tensors", "Basics", "CLibrary"], swiftSettings: settings),
    .target(
      name: "Tensors", dependencies: ["Basics", mathematics], swiftSettings: settings),
    // What every module may use: conversions that can't end the program, errors that describe themselves.
    .target(
      name: "Basics", dependencies: ["CLibrary"], swiftSettings: settings,
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    // The system's C library, by one name on every system.
    .target(name: "CLibrary", swiftSettings: settings),

    // C libraries, each behind a shim of a few functions.
    .target(name: "CLineEditor", linkerSettings: [.linkedLibrary("edit")]),
    .target(
      name: "CFastKernels", exclude: ["README.md"],
      linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    // On Linux the library is loaded when it is first used.
    .target(
      name: "COneDNN", dependencies: ["CFastKernels"],
      cSettings: [.define("ALEXNET_ONEDNN", .when(traits: ["OneDNN"]))],
      linkerSettings: [
        .linkedLibrary("dnnl", .when(platforms: [.macOS], traits: ["OneDNN"]))
      ]),
    // Many processes as one. Empty without the trait.
    .target(
      name: "CMPI", cSettings: [.define("ALEXNET_MPI", .when(traits: ["MPI"]))],
      linkerSettings: [.linkedLibrary("mpi", .when(traits: ["MPI"]))]),
    .target(name: "CImageCodecs", dependencies: ["CPNG", "CJPEG"]),
    .systemLibrary(
      name: "CPNG", pkgConfig: "libpng",
      providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CJPEG", pkgConfig: "libjpeg",
      providers: [.apt(["libjpeg-dev"]), .brew(["jpeg-turbo"])]),
    .systemLibrary(
      name: "CSodium", pkgConfig: "libsodium",
      providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
    .systemLibrary(
      name: "CMarkdown", pkgConfig: "libcmark",
      providers: [.apt(["libcmark-dev"]), .brew(["cmark"])]),
    .systemLibrary(
      name: "CArchive", pkgConfig: "libarchive",
      providers: [.apt(["libarchive-dev"]), .brew(["libarchive"])]),
    // On Debian its pkg-config file has flags that the package manager refuses, with a warning.
    .systemLibrary(
      name: "CZeroMQ", pkgConfig: zeroMQ,
      providers: [.apt(["libzmq3-dev"]), .brew(["zeromq"])]),
    // macOS comes with it.
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),

    // Tests mirror the modules; PackageTests look at the package as a whole.
    .testTarget(name: "PackageTests", dependencies: ["TestSupport"], swiftSettings: settings),
    .testTarget(name: "BasicsTests", dependencies: ["Basics"], swiftSettings: settings),
    .testTarget(
      name: "TensorsTests", dependencies: ["Tensors", "TensorFiles"], exclude: ["Fixtures"],
      swiftSettings: settings),
    .testTarget(
      name: "EngineTests",
      dependencies: [
        "Layers", "ReferenceEngine", "OneDNNEngine", "CFastKernels", "Goldens", "Networks",
        "Tensors", "TestSupport",
      ],
      exclude: ["Fixtures"], swiftSettings: settings),
    .testTarget(
      name: "NetworksTests",
      dependencies: ["Networks", "Layers", "TensorFiles", "Tensors", "Basics"],
      swiftSettings: settings),
    .testTarget(
      name: "WeightFilesTests",
      dependencies: [
        "WeightFiles", "Goldens", "ReferenceEngine", "Networks", "Layers", "TensorFiles", "Tensors",
        "Basics", "TestSupport",
      ],
      exclude: ["Fixtures"], swiftSettings: settings),
    .testTarget(
      name: "DatasetsTests",
      dependencies: [
        "Basics", "Datasets", "Digests", "Networks", "TensorFiles", "Tensors", "DataServer",
        "TestSupport",
      ],
      exclude: ["Fixtures"], swiftSettings: settings),
    .testTarget(
      name: "GoldensTests",
      dependencies: [
        "Goldens", "Training", "ReferenceEngine", "PlantedEngine", "Layers", "TensorFiles",
        "Tensors", "Digests", "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Training", "Splitting", "Parallel", "Datasets", "ReferenceEngine", "Networks",
        "WeightFiles", "Layers", "TensorFiles", "Tensors", "Basics", "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "SplittingTests",
      dependencies: [
        "Splitting", "Scaling", "Parallel", "Networks", "ReferenceEngine", "OneDNNEngine", "Layers",
        "Tensors", "Basics", "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ParallelTests", dependencies: ["Parallel", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "ExplanationsTests",
      dependencies: [
        "Explanations", "ReferenceEngine", "PlantedEngine", "Networks", "Layers", "Tensors",
        "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "DocumentsTests",
      dependencies: [
        "Documents", "Notebook", "Cells", "Datasets", "Tensors", "Basics",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ExpressionsTests",
      dependencies: [
        "TestSupport", "Expressions", "Layers", "Tensors",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "CellsTests",
      dependencies: [
        "TestSupport", "Notebook", "Lessons", "Commands", "Cells", "Expressions", "Documents",
        "Explanations",
        "Training", "Datasets", "Networks", "Layers", "TensorFiles", "Tensors", "Basics",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "CommandsTests",
      dependencies: [
        "TestSupport", "Notebook", "Lessons", "Commands", "Cells", "Expressions", "Documents",
        "Datasets", "Training", "Digests",
        "Networks", "Layers", "TensorFiles", "Tensors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ViewsTests",
      dependencies: [
        "TestSupport", "Notebook", "Views", "Cells", "Documents", "Explanations", "Training",
        "Datasets", "Networks", "TensorFiles", "Layers", "Tensors",
      ],
      exclude: ["Fixtures"], swiftSettings: settings),
    .testTarget(
      name: "FiguresTests",
      dependencies: [
        "Figures", "Explanations", "Documents", "Networks", "ReferenceEngine", "Layers",
        "TensorFiles", "Tensors",
      ],
      exclude: ["Fixtures"], swiftSettings: settings),
    .testTarget(
      name: "LessonsTests",
      dependencies: [
        "TestSupport", "Notebook", "Lessons", "CourseSite", "Cells", "Expressions", "Documents",
        "TensorFiles", "Basics", "Tensors",
      ],
      exclude: ["Fixtures"],
      swiftSettings: settings),
    .testTarget(
      name: "NotebookTests",
      dependencies: [
        "TestSupport", "Notebook", "Lessons", "Cells", "Documents", "Datasets", "TensorFiles",
        "Tensors",
      ],
      swiftSettings: settings),
    // What people see, compared with the files in Tests/Snapshots.
    .testTarget(
      name: "SnapshotTests",
      dependencies: [
        "TestSupport", "Notebook", "Lessons", "Commands", "Cells", "Expressions", "Explanations",
        "Documents", "Datasets", "Networks", "Tensors", "Basics",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ScalingTests", dependencies: ["Scaling", "Parallel", "Networks", "Layers"],
      swiftSettings: settings),
    .testTarget(
      name: "JupyterTests",
      dependencies: [
        "Jupyter", "Notebook", "Cells", "Documents", "Digests", "TensorFiles", "TestSupport",
      ],
      exclude: ["Fixtures"], swiftSettings: settings),
    .testTarget(
      name: "TerminalTests",
      dependencies: [
        "Terminal", "Jupyter", "Notebook", "Cells", "Documents", "Training", "Datasets", "Layers",
        "TensorFiles",
        "Digests", "Tensors", "Basics", "TestSupport", "CPseudoTerminal", "LineEditorProbe",
        "DataServer",
        "alexnet",
      ],
      swiftSettings: settings),
    // The engines that tests run over, engines with a mistake, and a mutator of bytes and text.
    .target(
      name: "TestSupport",
      dependencies: [
        "Expressions", "ReferenceEngine", "OneDNNEngine", "Goldens", "Parallel", "Datasets",
        "Layers", "Tensors", "Basics", "CLibrary",
      ],
      path: "Tests/TestSupport", swiftSettings: settings),
    .target(
      name: "CPseudoTerminal", path: "Tests/CPseudoTerminal",
      linkerSettings: [.linkedLibrary("util", .when(platforms: [.linux]))]),
    // A server that lies, and archives that are not what they seem, for tests of fetching.
    .target(
      name: "DataServer", dependencies: ["CArchive"], path: "Tests/DataServer",
      swiftSettings: settings),
    // A program that reads lines and says what it read, for tests of the line editor.
    .executableTarget(
      name: "LineEditorProbe", dependencies: ["Terminal"], path: "Tests/LineEditorProbe",
      swiftSettings: settings),

    // Measurements: make bench.
    .executableTarget(
      name: "StartUp", dependencies: ["CPseudoTerminal"], path: "Benchmarks/StartUp",
      swiftSettings: settings),
  ]
)
