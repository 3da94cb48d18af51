import HighMMT
import Multimodal
import Torch

extension Predictor {
    /// Predicts all samples of a safetensors file, in order.
    ///
    /// Values in invalid tokens, and in samples without the modality, are ignored. Numbers of other
    /// types are converted to single precision.
    ///
    /// - Parameters:
    ///   - path: The path of the file, with a tensor `[samples, …, channels]` per modality and
    ///     optional `mask/NAME` and `present/NAME`.
    ///   - batch: The number of samples per forward pass.
    ///   - isRaw: True when the values are in raw units, to be standardised as the dataset was.
    ///   - remark: Receives one line about the tensors that are converted, if there are any, and
    ///     one about values far outside the training range.
    ///   - deliver: Receives each prediction.
    /// - Throws: `SafetensorsError` that names the tensor that is missing or does not fit;
    ///   ``RunError`` when the file has no modality of the task, a sample has none of them, or
    ///   lacks one that no training sample lacked; the errors of `deliver`.
    public func predict(
        file path: String, batch: Int, isRaw: Bool = false, remark: (String) -> Void = { _ in },
        _ deliver: (Prediction) throws -> Void
    ) throws {
        try batches(of: sampleFile(path, isRaw: isRaw), size: batch, remark: remark) { first, input in
            for (row, outputs) in try outputs(of: input).enumerated() {
                try deliver(prediction(row: first + row, outputs))
            }
        }
    }

    /// Reads the samples of a file in batches, as the model reads them.
    ///
    /// - Parameter body: Receives the row of the first sample, and the batch.
    func batches(
        of file: SampleFile, size: Int, remark: (String) -> Void, _ body: (Int, TaskInput) throws -> Void
    ) throws {
        var file = file
        if let conversions = file.conversions { remark(conversions) }
        for start in stride(from: 0, to: file.samples, by: size) {
            var input = try file.input(rows: start..<min(start + size, file.samples))
            for (name, stream) in input.streams { input.streams[name] = try encoded(stream, name) }
            try body(start, input)
        }
        if let far = file.farRemark(standardised: statistics) { remark(far) }
    }
}
