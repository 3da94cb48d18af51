// swift-tools-version: 6.2
import PackageDescription

/// Times `highmmt` and its peers in turn.
///
/// Talks to the programs through their standard input and output, so it imports no module of the
/// project.
let package = Package(
    name: "Benchmarks",
    targets: [.executableTarget(name: "Compare")],
    swiftLanguageModes: [.v6]
)
