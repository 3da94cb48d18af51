import Foundation

/// The files beside the tests.
public enum Fixtures {
    /// The path of an entry of the folder Fixtures beside the calling test.
    public static func path(_ name: String, file: String = #filePath) -> String {
        (file as NSString).deletingLastPathComponent + "/Fixtures/" + name
    }

    /// The folder of the repository.
    public static var repository: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
    }
}
