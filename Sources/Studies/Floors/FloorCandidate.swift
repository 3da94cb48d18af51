import Torch

/// A simple model with one setting, and its outputs for the validation and the test split.
struct FloorCandidate {
    /// The setting, for people.
    let setting: String
    /// Logits, or standardised components of a regression: (validation samples, outputs).
    let valid: Tensor
    /// The same of the test split: (test samples, outputs).
    let test: Tensor
}
