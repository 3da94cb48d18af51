/// The network that turns one modality of a sample into a vector.
public enum EncoderKind: String, Codable, Sendable {
    /// Convolutions over the grid of tokens, and the mean over it: images, videos and spectrograms.
    case convolutional
    /// A recurrent network (LSTM) over the tokens: series, speech and sensors.
    case recurrent
    /// The mean of embedded tokens: text and sets.
    case averaged
    /// A perceptron over all values: tables.
    case perceptron
}
