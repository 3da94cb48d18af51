/// An option that names something that this machine does not have, or a number that cannot be.
struct UnusableOption: Error, CustomStringConvertible {
    /// What is wrong and what was expected.
    let description: String
}
