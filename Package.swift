// swift-tools-version: 6.2
import PackageDescription

/// The pkg-config file of the C++ part, which `scripts/setup-libtorch` compiles against LibTorch.
///
/// SwiftPM accepts `-L` and `-l` from it but no run path. So the library's own name is an absolute
/// path, which programs load it from. `scripts/test-sanitizers` compiles another one.
let ctorch =
    (Context.environment["HIGHMMT_CTORCH"] ?? Context.packageDirectory + "/.build/ctorch/current") + "/ctorch.pc"

/// True to build `Fuzz`, which `scripts/test-fuzz` links with libFuzzer.
let isFuzzing = Context.environment["HIGHMMT_FUZZING"] != nil

let package = Package(
    name: "HighMMT",
    platforms: [.macOS(.v14)],
    products: [
        .executable(name: "highmmt", targets: ["CommandLineTool"]),
        .library(name: "Files", targets: ["Files"]),
        .library(name: "Numerics", targets: ["Numerics"]),
        .library(name: "Parallel", targets: ["Parallel"]),
        .library(name: "Torch", targets: ["Torch"]),
        .library(name: "Multimodal", targets: ["Multimodal"]),
        .library(name: "Importers", targets: ["Importers"]),
        .library(name: "HighMMT", targets: ["HighMMT"]),
        .library(name: "Baselines", targets: ["Baselines"]),
        .library(name: "Training", targets: ["Training"]),
        .library(name: "Heterogeneity", targets: ["Heterogeneity"]),
        .library(name: "Method", targets: ["Method"]),
        .library(name: "Studies", targets: ["Studies"]),
        .library(name: "Reporting", targets: ["Reporting"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    ],
    // A target lists every module that it imports. SwiftPM does not track a module that a target
    // reaches only through another, and would not rebuild the target with it.
    targets: [
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .target(name: "Files", dependencies: ["CZlib"]),
        .target(name: "Numerics"),
        // Only a header. Programs open the library when they are started under MPI.
        .systemLibrary(name: "CMPI"),
        .systemLibrary(name: "CNCCL"),
        .target(name: "Parallel", dependencies: ["CMPI", "CNCCL", "Files"]),
        .systemLibrary(name: "CTorch", pkgConfig: ctorch),
        .target(name: "Torch", dependencies: ["CTorch", "Files", "Numerics"]),
        .systemLibrary(
            name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"]), .brew(["libarchive"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
        .systemLibrary(
            name: "CJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"]), .brew(["jpeg-turbo"])]),
        .systemLibrary(
            name: "CSndFile", pkgConfig: "sndfile", providers: [.apt(["libsndfile1-dev"]), .brew(["libsndfile"])]),
        .target(
            name: "Multimodal", dependencies: ["Files", "Numerics", "Torch", .product(name: "Yams", package: "Yams")]),
        .target(
            name: "Importers",
            dependencies: [
                "CArchive", "CJPEG", "CPNG", "CSndFile", "CZlib", "Files", "Multimodal", "Numerics", "Torch",
            ]),
        .target(name: "HighMMT", dependencies: ["Numerics", "Torch"]),
        .target(name: "Baselines", dependencies: ["HighMMT", "Torch"]),
        .target(
            name: "Training",
            dependencies: ["Baselines", "Files", "HighMMT", "Multimodal", "Numerics", "Parallel", "Torch"]),
        .target(
            name: "Heterogeneity",
            dependencies: ["Files", "HighMMT", "Multimodal", "Numerics", "Parallel", "Torch", "Training"]),
        .target(
            name: "Method",
            dependencies: [
                "Files", "Heterogeneity", "HighMMT", "Multimodal", "Numerics", "Parallel", "Torch", "Training",
            ]),
        .target(
            name: "Studies",
            dependencies: [
                "Files", "Heterogeneity", "HighMMT", "Method", "Multimodal", "Numerics", "Parallel", "Torch",
                "Training",
            ]),
        .target(name: "Reporting", dependencies: ["Files"]),
        .executableTarget(
            name: "CommandLineTool",
            dependencies: [
                "Files", "Heterogeneity", "HighMMT", "Importers", "Method", "Multimodal", "Numerics", "Parallel",
                "Reporting", "Studies", "Torch", "Training",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        .target(name: "TestSupport", path: "Tests/TestSupport"),
        .target(
            name: "FuzzedReaders",
            dependencies: ["Files", "Heterogeneity", "Importers", "Multimodal", "TestSupport", "Torch", "Training"],
            path: "Tests/FuzzedReaders"),
        .testTarget(
            name: "FuzzedReaderTests", dependencies: ["FuzzedReaders", "Importers", "TestSupport"],
            exclude: ["Corpus", "Finds"]),
        .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"]),
        .testTarget(name: "NumericsTests", dependencies: ["Numerics"]),
        .testTarget(name: "ParallelTests", dependencies: ["CNCCL", "Parallel"]),
        .testTarget(name: "TorchTests", dependencies: ["Files", "Numerics", "TestSupport", "Torch"]),
        .testTarget(name: "BaselinesTests", dependencies: ["Baselines", "HighMMT", "Numerics", "Torch"]),
        .testTarget(name: "HighMMTTests", dependencies: ["HighMMT", "Numerics", "Torch"]),
        .testTarget(
            name: "MultimodalTests",
            dependencies: ["Files", "Importers", "Multimodal", "Numerics", "TestSupport", "Torch"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "ImportersTests",
            dependencies: ["Files", "Importers", "Multimodal", "Numerics", "TestSupport", "Torch"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "TrainingTests",
            dependencies: ["Files", "HighMMT", "Multimodal", "Numerics", "TestSupport", "Torch", "Training"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "HeterogeneityTests",
            dependencies: ["Files", "Heterogeneity", "Multimodal", "Numerics", "TestSupport", "Training"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "MethodTests",
            dependencies: [
                "Files", "Heterogeneity", "HighMMT", "Method", "Multimodal", "Numerics", "TestSupport", "Torch",
                "Training",
            ]),
        .testTarget(name: "ReportingTests", dependencies: ["Reporting", "TestSupport"]),
        .testTarget(
            name: "StudiesTests",
            dependencies: [
                "Files", "Heterogeneity", "HighMMT", "Importers", "Method", "Multimodal", "Numerics", "Studies",
                "TestSupport", "Torch", "Training",
            ]),
        .testTarget(
            name: "CommandLineToolTests",
            dependencies: [
                "CommandLineTool", "Files", "Heterogeneity", "Importers", "Method", "Multimodal", "Numerics",
                "Reporting", "Studies", "TestSupport", "Torch", "Training",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["Snapshots"]),
    ] + (isFuzzing ? [.executableTarget(name: "Fuzz", dependencies: ["FuzzedReaders"], path: "Tests/Fuzz")] : []),
    swiftLanguageModes: [.v6]
)
