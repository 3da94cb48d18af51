import Foundation

/// Where the suites that come with the project lie.
enum SuiteLocation {
    /// The file of a suite that comes with the project: below the repository when its launcher was used, else here.
    static func path(of name: String) -> String {
        let home = ProcessInfo.processInfo.environment["HIGHMMT_HOME"] ?? "."
        return "\(home)/Suites/\(name).yaml"
    }
}
