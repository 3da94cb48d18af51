// swift-tools-version: 6.2
import PackageDescription

/// Measures `highmmt` and its peers in turns. It talks to both through their standard input and output, and so needs none of
/// the project's modules.
let package = Package(
    name: "Benchmarks",
    targets: [.executableTarget(name: "Compare")],
    swiftLanguageModes: [.v6]
)
