import Foundation

/// The location of the project's scripts.
enum ProjectFolder {
    /// Returns the project folder.
    ///
    /// The launcher sets it in `HIGHMMT_HOME`. Otherwise it is the nearest folder above the
    /// executable that contains the script, or the current folder if none does.
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
