import Foundation

/// The folder that contains the datasets.
public enum DataRoot {
    /// The environment variable that sets the folder.
    public static let environmentVariable = "HIGHMMT_DATA"

    /// Returns the folder from the command line, else from `HIGHMMT_DATA`, else `./data`.
    public static func folder(
        option: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> String {
        if let option, !option.isEmpty { return option }
        if let variable = environment[environmentVariable], !variable.isEmpty { return variable }
        return "./data"
    }
}
