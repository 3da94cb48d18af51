/// Two different streams of one task. The latents of the query attend to those of the context.
public struct StreamPair: Hashable, Sendable, CustomStringConvertible {
    /// The stream whose latents are the queries.
    public var query: ModalityStream
    /// The stream whose latents are the keys and values.
    public var context: ModalityStream

    /// Creates an ordered pair.
    public init(query: ModalityStream, context: ModalityStream) {
        self.query = query
        self.context = context
    }

    /// The name `task/first+second`, with the modalities sorted by name. Both directions therefore
    /// share their parameters.
    public var description: String {
        let names = [query.modality, context.modality].sorted()
        return "\(query.task)/\(names[0])+\(names[1])"
    }
}
