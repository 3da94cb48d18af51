// swift-tools-version: 6.2
import PackageDescription

/// Programs that use the library. `scripts/examples` builds and runs them.
let package = Package(
    name: "Examples",
    platforms: [.macOS(.v14)],
    dependencies: [.package(name: "HighMMT", path: "..")],
    targets: [
        .executableTarget(
            name: "TrainAndPredict",
            dependencies: [
                .product(name: "Method", package: "HighMMT"), .product(name: "Multimodal", package: "HighMMT"),
                .product(name: "Torch", package: "HighMMT"), .product(name: "Training", package: "HighMMT"),
            ])
    ],
    swiftLanguageModes: [.v6]
)
