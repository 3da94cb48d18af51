import Foundation

/// The memory of this process that is in use.
public enum ResidentMemory {
    /// The largest number of bytes so far, mapped files included; `nil` where the system does not
    /// tell.
    public static var peak: Int? {
        // Beside it, the numbers of getrusage include those of the program before exec.
        if let kilobytes = kilobytes("VmHWM") { return kilobytes << 10 }
        var usage = rusage()
        #if canImport(Darwin)
            return getrusage(RUSAGE_SELF, &usage) == 0 ? Int(usage.ru_maxrss) : nil
        #else
            return getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 ? Int(usage.ru_maxrss) << 10 : nil
        #endif
    }

    /// The current number of bytes without those of mapped files; `nil` where the system does not
    /// tell.
    public static var anonymous: Int? { kilobytes("RssAnon").map { $0 << 10 } }

    private static func kilobytes(_ key: String) -> Int? {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix(key + ":") })
        else { return nil }
        return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
    }
}
