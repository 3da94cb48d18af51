// swift-tools-version: 6.2
import PackageDescription

/// `scripts/setup-libtorch` compiles the C++ side against the chosen LibTorch and leaves it here.
let ctorch = Context.packageDirectory + "/.build/ctorch/current"

let package = Package(
    name: "HighMMT",
    platforms: [.macOS(.v14)],
    products: [
        .executable(name: "highmmt", targets: ["CommandLineTool"]),
        .library(
            name: "HighMMT",
            targets: [
                "Files", "Numerics", "Torch", "Multimodal", "Importers", "HighMMT", "Training", "Heterogeneity",
                "Studies",
            ]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    ],
    // A target lists every module that it imports: what is only reached through another is not rebuilt with it.
    targets: [
        .target(name: "Files"),
        .target(name: "Numerics"),
        .systemLibrary(name: "CTorch"),
        .target(
            name: "Torch",
            dependencies: ["CTorch", "Files", "Numerics"],
            linkerSettings: [.unsafeFlags(["-L\(ctorch)", "-Xlinker", "-rpath", "-Xlinker", ctorch])]
        ),
        .systemLibrary(
            name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"]), .brew(["libarchive"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
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
        .target(name: "Training", dependencies: ["Files", "HighMMT", "Multimodal", "Numerics", "Torch"]),
        .target(
            name: "Heterogeneity", dependencies: ["Files", "HighMMT", "Multimodal", "Numerics", "Torch", "Training"]),
        .target(
            name: "Studies",
            dependencies: ["Files", "Heterogeneity", "HighMMT", "Multimodal", "Numerics", "Torch", "Training"]),
        .target(name: "Reporting", dependencies: ["Files"]),
        .executableTarget(
            name: "CommandLineTool",
            dependencies: [
                "Files", "Heterogeneity", "HighMMT", "Importers", "Multimodal", "Numerics", "Reporting", "Studies",
                "Torch",
                "Training", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        .target(name: "TestSupport", path: "Tests/TestSupport"),
        .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"]),
        .testTarget(name: "NumericsTests", dependencies: ["Numerics"]),
        .testTarget(name: "TorchTests", dependencies: ["Files", "Numerics", "TestSupport", "Torch"]),
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
            name: "HeterogeneityTests", dependencies: ["Files", "Heterogeneity", "Numerics", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(name: "ReportingTests", dependencies: ["Reporting", "TestSupport"]),
        .testTarget(
            name: "StudiesTests",
            dependencies: [
                "Files", "Heterogeneity", "Importers", "Multimodal", "Numerics", "Studies", "TestSupport", "Torch",
                "Training",
            ]),
        .testTarget(
            name: "CommandLineToolTests",
            dependencies: [
                "CommandLineTool", "Files", "Importers", "Multimodal", "Numerics", "TestSupport", "Torch", "Training",
            ]),
    ],
    swiftLanguageModes: [.v6]
)
