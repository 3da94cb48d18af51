/// An option that requests a device that does not exist or an invalid number of threads.
struct UnusableOption: Error, CustomStringConvertible {
    /// The message: the problem and the expectation.
    let description: String
}
