import Files
import Foundation

/// A program of this machine that turns SVG into PNG.
enum PictureProgram {
    /// `rsvg-convert` of librsvg, by its path.
    case librsvg(String)
    /// Chromium, or a browser made from it, by its path.
    case browser(String)

    private static let browsers = [
        "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ]

    /// Returns the programs of this machine, the preferred one first.
    ///
    /// - Parameter path: The folders to search, as in the environment variable PATH.
    static func found(path: String = ProcessInfo.processInfo.environment["PATH"] ?? "") -> [PictureProgram] {
        let folders = path.split(separator: ":")
        func place(_ name: String) -> String? {
            (name.hasPrefix("/") ? [name] : folders.map { "\($0)/\(name)" }).first {
                FileManager.default.isExecutableFile(atPath: $0)
            }
        }
        let converter = place("rsvg-convert").map { [Self.librsvg($0)] } ?? []
        return converter + browsers.compactMap(place).map(Self.browser)
    }

    /// Returns the PNG of a drawing with two pixels per unit.
    ///
    /// - Throws: `FileError` when no program is installed, when none succeeds, or when temporary
    ///   files cannot be written.
    static func png(_ svg: String, width: Double, height: Double, programs: [PictureProgram] = found()) throws
        -> [UInt8]
    {
        guard !programs.isEmpty else {
            throw FileError(
                path: "plot --png",
                reason:
                    "neither rsvg-convert nor Chromium nor Google Chrome is installed; install one, for example with "
                    + "apt-get install librsvg2-bin or brew install librsvg, or leave out --png for SVG")
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("highmmt-plot-\(UUID().uuidString)")
        try Folder.make(folder.path)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (source, target) = ("\(folder.path)/plot.svg", "\(folder.path)/plot.png")
        try AtomicFile.write(Array(svg.utf8), to: source)
        var reasons: [String] = []
        for program in programs {
            let (executable, arguments) = program.command(source, target, width, height, folder.path)
            let problem = run(executable, arguments)
            if let picture = FileManager.default.contents(atPath: target),
                picture.starts(with: [0x89, 0x50, 0x4E, 0x47])
            {
                return Array(picture)
            }
            reasons.append("\(executable) \(problem ?? "wrote no picture")")
        }
        throw FileError(path: "plot --png", reason: "\(reasons.joined(separator: "; ")); leave out --png for SVG")
    }

    private func command(
        _ source: String, _ target: String, _ width: Double, _ height: Double, _ folder: String
    ) -> (executable: String, arguments: [String]) {
        switch self {
        case .librsvg(let path): return (path, ["--zoom", "2", "--output", target, source])
        case .browser(let path):
            // The sandbox of Chromium does not work for root. The page is a drawing made here.
            let sandbox = geteuid() == 0 ? ["--no-sandbox"] : []
            let size = "\(Int(width.rounded(.up))),\(Int(height.rounded(.up)))"
            return (
                path,
                sandbox + [
                    "--headless", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=2",
                    "--user-data-dir=\(folder)/profile", "--window-size=\(size)", "--screenshot=\(target)",
                    URL(fileURLWithPath: source).absoluteString,
                ]
            )
        }
    }

    /// Runs a program without output; returns the problem, or `nil` if it succeeded.
    private static func run(_ executable: String, _ arguments: [String]) -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return "cannot be started: \(error.oneLine)" }
        process.waitUntilExit()
        return process.terminationStatus == 0 ? nil : "ended with status \(process.terminationStatus)"
    }
}
