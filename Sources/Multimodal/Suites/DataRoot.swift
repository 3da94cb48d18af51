import Foundation

/// The folder under which datasets lie.
public enum DataRoot {
    /// Name of the environment variable that gives the folder.
    public static let environmentVariable = "HIGHMMT_DATA"

    /// The folder given on the command line, else the one of `HIGHMMT_DATA`, else `./data`.
    public static func folder(
        option: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> String {
        if let option, !option.isEmpty { return option }
        if let variable = environment[environmentVariable], !variable.isEmpty { return variable }
        return "./data"
    }
}
