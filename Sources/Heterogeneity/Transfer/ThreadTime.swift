import Foundation

/// What a thread has used of a processor.
enum ThreadTime {
    /// Seconds that the processor has worked for the calling thread.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
