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
            targets: ["Torch", "Multimodal", "HighMMT", "Training", "Heterogeneity", "Method", "Studies"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    ],
    // A target lists every module that it imports: what is only reached through another is not rebuilt with it.
    targets: [
        .systemLibrary(name: "CTorch"),
        .target(
            name: "Torch",
            dependencies: ["CTorch"],
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
            name: "Multimodal",
            dependencies: [
                "Torch", "CArchive", "CPNG", "CJPEG", "CSndFile", "CZlib", .product(name: "Yams", package: "Yams"),
            ]
        ),
        .target(name: "HighMMT", dependencies: ["Torch"]),
        .target(name: "Training", dependencies: ["HighMMT", "Multimodal", "Torch"]),
        .target(name: "Heterogeneity", dependencies: ["HighMMT", "Multimodal", "Torch", "Training"]),
        .target(name: "Method", dependencies: ["Heterogeneity", "HighMMT", "Multimodal", "Torch", "Training"]),
        .target(
            name: "Studies", dependencies: ["Heterogeneity", "HighMMT", "Method", "Multimodal", "Torch", "Training"]),
        .target(name: "Reporting"),
        .executableTarget(
            name: "CommandLineTool",
            dependencies: [
                "Heterogeneity", "HighMMT", "Method", "Multimodal", "Reporting", "Studies", "Torch", "Training",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        .testTarget(name: "TorchTests", dependencies: ["Torch"], exclude: ["Fixtures"]),
        .testTarget(name: "HighMMTTests", dependencies: ["HighMMT", "Torch"]),
        .testTarget(
            name: "TrainingTests", dependencies: ["HighMMT", "Multimodal", "Torch", "Training"], exclude: ["Fixtures"]),
        .testTarget(
            name: "CommandLineToolTests",
            dependencies: ["CommandLineTool", "Heterogeneity", "Method", "Multimodal", "Torch", "Training"]),
        .testTarget(name: "MultimodalTests", dependencies: ["Multimodal", "Torch"], exclude: ["Fixtures"]),
        .testTarget(
            name: "HeterogeneityTests", dependencies: ["Heterogeneity", "Multimodal", "Training"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "MethodTests", dependencies: ["Heterogeneity", "Method", "Multimodal", "Torch", "Training"]),
        .testTarget(name: "ReportingTests", dependencies: ["Reporting"]),
        .testTarget(
            name: "StudiesTests",
            dependencies: ["Heterogeneity", "Method", "Multimodal", "Studies", "Torch", "Training"]),
    ],
    swiftLanguageModes: [.v6]
)
