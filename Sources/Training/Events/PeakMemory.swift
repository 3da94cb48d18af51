import Foundation

/// The largest resident memory of this process so far.
enum PeakMemory {
    #if canImport(Darwin)
        private static let unit = 1
    #else
        private static let unit = 1024
    #endif

    /// The number of bytes; `nil` if the operating system does not say.
    static var bytes: Int? {
        var usage = rusage()
        #if canImport(Darwin)
            let answer = getrusage(RUSAGE_SELF, &usage)
        #else
            let answer = getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #endif
        return answer == 0 ? Int(usage.ru_maxrss) * unit : nil
    }
}
