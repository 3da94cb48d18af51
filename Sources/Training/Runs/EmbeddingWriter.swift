import Files
import Foundation
import HighMMT
import Torch

/// Writes embeddings to a safetensors file, batch by batch.
///
/// Beside the tensors of ``Embeddings``, the file has `present/MODALITY`, `[samples]`, BOOL. Its
/// metadata are `task`, `stage` and, if the samples have ids, `ids`: a JSON list with one string
/// or null per sample.
public struct EmbeddingWriter {
    /// Name → shape of each tensor in the file.
    public let shapes: [String: [Int]]
    private let stream: SafetensorsStream

    /// Creates a file, which appears under its name when it is finished.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - predictor: The model of the task.
    ///   - count: The number of samples.
    ///   - ids: The ids of the samples; `nil` if they have none.
    /// - Throws: `FileError` when the file cannot be created; `SafetensorsError` for ids too long
    ///   for the header.
    public init(path: String, _ predictor: Predictor, count: Int, ids: [String?]? = nil) throws {
        shapes = predictor.embeddingShapes.mapValues { [count] + $0 }
            .merging(predictor.modalities.map { ("present/\($0)", [count]) }) { $1 }
        var metadata = ["task": predictor.taskName, "stage": predictor.stage.rawValue]
        if let ids { metadata["ids"] = String(decoding: try JSONFile.encode(ids, layout: .compact), as: UTF8.self) }
        let declarations = shapes.map { name, shape in
            (name, SafetensorsStream.Declaration(name.hasPrefix("present/") ? .bool : .float32, shape))
        }
        stream = try SafetensorsStream(
            path: path, tensors: Dictionary(uniqueKeysWithValues: declarations), metadata: metadata)
    }

    /// Appends a batch.
    ///
    /// - Throws: `FileError` when writing fails; `SafetensorsError` for more samples than declared.
    public func append(_ embeddings: Embeddings) throws {
        for (name, values) in embeddings.values { try stream.append(values, to: name) }
        for (modality, present) in embeddings.present {
            try stream.append(present.map { $0 ? UInt8(1) : 0 }, to: "present/\(modality)")
        }
    }

    /// Moves the file to its name.
    ///
    /// - Throws: `SafetensorsError` for missing samples; `FileError` when writing fails.
    public func finish() throws { try stream.finish() }
}
