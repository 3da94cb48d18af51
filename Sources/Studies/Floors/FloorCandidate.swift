import Torch

/// A simple model with one setting, and its outputs on the validation and test splits.
struct FloorCandidate {
    /// A description of the setting.
    let setting: String
    /// The logits, or the standardised components of a regression, on the validation split:
    /// `[samples, outputs]`.
    let valid: Tensor
    /// The same on the test split.
    let test: Tensor
}
