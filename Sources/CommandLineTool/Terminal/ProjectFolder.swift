import Foundation

/// Where the project's own scripts lie.
enum ProjectFolder {
    /// The folder of the project: `HIGHMMT_HOME`, as the launcher says; else the nearest folder above the executable that has
    /// the script; else this one.
    static func path(containing script: String) -> String {
        if let home = ProcessInfo.processInfo.environment["HIGHMMT_HOME"] { return home }
        var folder = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
        while let place = folder, place.path != "/" {
            if FileManager.default.fileExists(atPath: place.appendingPathComponent(script).path) { return place.path }
            folder = place.deletingLastPathComponent()
        }
        return "."
    }
}
