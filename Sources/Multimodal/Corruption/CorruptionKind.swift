/// A kind of input corruption, to measure the robustness of a trained model.
///
/// Every kind applies to every modality. It changes only valid tokens of samples that have the
/// modality. Noise is measured in standard deviations of the stored values on the training split
/// (``InputScale``).
///
/// The idea comes from MultiBench's robustness transforms (Liang et al., 2021): noise of growing
/// strength on the test split. There are five differences:
///
/// - MultiBench changes raw inputs, with transforms specific to the kind of signal (for example
///   contrast and rotation of images, typing errors in text). It applies each to a sample or not at
///   all.
/// - Its time-series noise is one value per step, in the units of the data.
/// - It sets dropped values to zero, which a model cannot distinguish from a measured zero. Here
///   dropped inputs are marked as missing.
/// - Its salt and pepper are the pixel extremes 0 and 1.
/// - It drops entries and steps, but never a whole modality.
public enum CorruptionKind: String, NamedChoice {
    /// Adds severity × standard normal noise × one standard deviation to every value.
    case gaussian
    /// Replaces each value, with the probability `severity`, by three standard deviations above or
    /// below the mean.
    case saltAndPepper = "salt-and-pepper"
    /// Masks the fraction `severity` of each sample's valid tokens, rounded to whole tokens; at
    /// least one remains.
    case droppedTokens = "dropped-tokens"
    /// Drops each modality of each sample with the probability `severity`; at least one remains.
    /// See ``ModalityDropout``.
    case droppedModalities = "dropped-modalities"
}
