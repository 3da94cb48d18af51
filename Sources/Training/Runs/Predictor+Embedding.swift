import HighMMT
import Multimodal
import Torch

extension Predictor {
    /// Embeds all samples of a safetensors file, in order.
    ///
    /// - Parameters:
    ///   - path: The path of the file, as in ``predict(file:batch:isRaw:remark:_:)``.
    ///   - batch: The number of samples per forward pass.
    ///   - isRaw: True when the values are in raw units, to be standardised as the dataset was.
    ///   - remark: Receives lines about conversions and about values far outside the training
    ///     range.
    ///   - deliver: Receives the number of all samples, and the embeddings of each batch.
    /// - Throws: As ``predict(file:batch:isRaw:remark:_:)``.
    public func embed(
        file path: String, batch: Int, isRaw: Bool = false, remark: (String) -> Void = { _ in },
        _ deliver: (Int, Embeddings) throws -> Void
    ) throws {
        try checkEmbeds()
        let file = try sampleFile(path, isRaw: isRaw)
        try batches(of: file, size: batch, remark: remark) { first, input in
            let problems = [String?](repeating: nil, count: input.count)
            try deliver(file.samples, embeddings(of: input, first: first, problems: problems))
        }
    }

    /// Embeds samples in raw units, in order.
    ///
    /// - Parameters:
    ///   - count: The number of samples.
    ///   - batch: The number of samples per forward pass.
    ///   - sample: Returns a sample, encoded as those of the dataset.
    ///   - deliver: Receives the embeddings of each batch.
    /// - Throws: As ``predict(count:batch:sample:_:)``.
    public func embed(
        count: Int, batch: Int, sample: (Int) throws -> Sample, _ deliver: (Embeddings) throws -> Void
    ) throws {
        try checkEmbeds()
        try batches(count: count, size: batch, sample: sample) { first, input, problems in
            try deliver(embeddings(of: input, first: first, problems: problems))
        }
    }

    /// Rejects prior methods, which have no latents.
    private func checkEmbeds() throws {
        guard !(model is HighMMTModel) else { return }
        throw RunError("task '\(task.name)' is predicted by a prior method, which has no embeddings; expected HighMMT")
    }
}
