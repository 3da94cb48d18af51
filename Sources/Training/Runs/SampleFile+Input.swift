import HighMMT
import Multimodal
import Torch

extension SampleFile {
    /// The tensors of other types, which are converted to single precision; `nil` if there are
    /// none.
    var conversions: String? {
        let converted = task.modalities.map(\.name)
            .filter { file.entries[$0].map { $0.dtype != .float32 } ?? false }.sorted()
        guard !converted.isEmpty else { return nil }
        let list = converted.map { "\($0) \(file.entries[$0]?.dtype.rawValue ?? "") as F32" }
        return "\(file.path): tensors \(converted.count) converted while reading: \(list.joined(separator: ", "))"
    }

    /// The modalities with values far outside the training range, and what may be the reason;
    /// `nil` if there are none.
    func farRemark(standardised: [String: Standardisation]) -> String? {
        guard !farSamples.isEmpty else { return nil }
        let list = farSamples.sorted { $0.key < $1.key }.map { "\($0.key) in \($0.value) of \(samples) samples" }
        let isMaybeRaw = statistics.isEmpty && farSamples.keys.contains { !(standardised[$0]?.mean ?? []).isEmpty }
        return "\(file.path): values far outside the training range: \(list.joined(separator: ", "))"
            + (isMaybeRaw ? "; if they are in raw units, say --raw" : "")
    }

    /// Returns some samples as the dataset stores them, with zeros in all that is to be ignored.
    ///
    /// - Throws: `SafetensorsError` that names a tensor with a value that is not finite.
    mutating func input(rows: Range<Int>) throws -> TaskInput {
        var streams: [String: StreamInput] = [:]
        for modality in task.modalities where file.entries[modality.name] != nil {
            let axes = record.axes[modality.name] ?? []
            let data = try part(modality.name, rows).to(dtype: .float32)
            let channels = data.count / max(1, rows.count * axes.reduce(1, *))
            var stream = StreamInput(data: try data.reshaped([rows.count] + axes + [channels]))
            let (mask, present) = ("mask/\(modality.name)", "present/\(modality.name)")
            if file.entries[mask] != nil {
                stream.mask = try part(mask, rows).to(dtype: .bool).reshaped([rows.count] + axes)
            }
            if file.entries[present] != nil { stream.present = try part(present, rows).to(dtype: .bool).bools() }
            stream.data = try standardised(stream.data, modality.name)
            stream.data = try cleared(stream)
            guard try stream.data.isFinite().all() else {
                throw SafetensorsError(
                    path: file.path, tensor: modality.name,
                    reason: "has a value that is not finite in rows \(rows.lowerBound) to \(rows.upperBound - 1); mark "
                        + "missing tokens in '\(mask)'")
            }
            if let far = try record.ranges?[modality.name]?.farSamples(
                of: stream.data, mask: stream.mask, present: stream.present), far > 0
            {
                farSamples[modality.name, default: 0] += far
            }
            streams[modality.name] = stream
        }
        return TaskInput(count: rows.count, streams: streams)
    }

    /// Returns raw values as the dataset stores them, in the same arithmetic.
    private func standardised(_ data: Tensor, _ modality: String) throws -> Tensor {
        guard let statistics = statistics[modality] else { return data }
        var values = try data.floats()
        let elements = values.count / max(1, try data.size(0))
        for start in stride(from: 0, to: values.count, by: max(1, elements)) {
            var sample = Array(values[start..<start + elements])
            statistics.standardise(&sample)
            values.replaceSubrange(start..<start + elements, with: sample)
        }
        return try Tensor(values, shape: data.shape)
    }

    /// Returns the data with zeros in invalid tokens and in samples without the modality, where
    /// files may hold any values.
    private func cleared(_ stream: StreamInput) throws -> Tensor {
        var data = stream.data
        if let mask = stream.mask {
            data = try data.filled(where: mask.logicalNot().reshaped(mask.shape + [1]), with: 0)
        }
        if let present = stream.present {
            let absent = try Tensor(present.map(!), shape: [present.count] + Array(repeating: 1, count: data.rank - 1))
            data = try data.filled(where: absent, with: 0)
        }
        return data
    }

    func part(_ name: String, _ rows: Range<Int>) throws -> Tensor {
        let entry = try file.entry(named: name)
        guard let count = entry.shape.first, count >= rows.upperBound else {
            throw SafetensorsError(
                path: file.path, tensor: name, reason: "has shape \(entry.shape); expected \(rows.upperBound) samples")
        }
        return try file.withBytes(of: name) { bytes in
            let size = bytes.count / count
            let slice = UnsafeRawBufferPointer(rebasing: bytes[(rows.lowerBound * size)..<(rows.upperBound * size)])
            return try Tensor(bytes: slice, shape: [rows.count] + entry.shape.dropFirst(), dtype: entry.dtype)
        }
    }
}
