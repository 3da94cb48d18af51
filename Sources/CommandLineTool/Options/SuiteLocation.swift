import Foundation

/// The location of the suites that come with the project.
enum SuiteLocation {
    /// Returns the file of a suite that comes with the project: in the repository when started by
    /// its launcher, else in the current folder.
    static func path(of name: String) -> String {
        let home = ProcessInfo.processInfo.environment["HIGHMMT_HOME"] ?? "."
        return "\(home)/Suites/\(name).yaml"
    }
}
