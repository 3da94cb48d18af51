import Foundation

/// Paths of the files that accompany the tests.
public enum Fixtures {
    /// Returns the path of an entry in the folder `Fixtures` beside the calling test.
    public static func path(_ name: String, file: String = #filePath) -> String {
        (file as NSString).deletingLastPathComponent + "/Fixtures/" + name
    }

    /// The root folder of the repository.
    public static var repository: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
    }
}
