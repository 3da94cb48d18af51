import Foundation

/// The processor time of a thread.
enum ThreadTime {
    /// The processor seconds used by the calling thread.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
