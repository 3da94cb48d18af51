/// A way to make inputs worse, for measuring how well a trained model bears it.
///
/// All kinds work on any modality, on the numbers that the model reads, in deviations of the training split
/// (``InputScale``), and take nothing but valid tokens of samples that have the modality. They follow the idea of MultiBench's
/// robustness transforms (Liang et al., 2021), noise of growing strength on the test split, and differ in this: MultiBench
/// works on raw inputs with transforms for each kind of signal (contrast, rotation and others for images, typing errors for
/// text), each applied to a sample or not; its noise on time series is one number per step, in the units of the data; what it
/// drops becomes zero, which the model cannot tell from a measured zero, where here the model is told that it is absent; its
/// salt and pepper are the extremes 0 and 1 of a picture; and it drops entries and steps, but no modality as a whole.
public enum CorruptionKind: String, NamedChoice {
    /// Adds severity × a standard normal number × one deviation to every number.
    case gaussian
    /// Replaces every number with the probability severity by one of the extremes, three deviations below or above the mean.
    case saltAndPepper = "salt-and-pepper"
    /// Masks the share severity of the tokens of every sample, rounded to whole tokens; one stays.
    case droppedTokens = "dropped-tokens"
    /// Drops every modality of every sample with the probability severity; one stays. See ``ModalityDropout``.
    case droppedModalities = "dropped-modalities"
}
