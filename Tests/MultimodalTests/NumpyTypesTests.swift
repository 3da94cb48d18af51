import Foundation
import TestSupport
import Testing
import Torch

@testable import Multimodal

/// A dataset in NumPy's default types, as safetensors' own Python package writes it.
@Suite struct NumpyTypesTests {
    private func expected() throws -> [String: [Double]] {
        let data = FileManager.default.contents(atPath: Fixtures.path("numpy-types/expected.json"))
        return try JSONDecoder().decode([String: [Double]].self, from: try #require(data))
    }

    private func floats(_ split: DatasetSplit, _ name: String) throws -> [Float] {
        try split.withBytes(of: name) { bytes in
            (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
        }
    }

    @Test func valuesAreThoseOfNumPy() throws {
        let dataset = try Dataset(folder: Fixtures.path("numpy-types"))
        try dataset.validate()
        for name in ["table", "signal", "picture"] {
            #expect(try floats(dataset.train, name).map(Double.init) == expected()[name])
        }
        let labels = try dataset.train.withBytes(of: "target/kind") { bytes in
            (0..<bytes.count / 8).map { Double(bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self)) }
        }
        #expect(try labels == expected()["target/kind"])
        #expect(try floats(dataset.train, "target/size") == [0, 2, 4, 6, 8])
        #expect(dataset.train.entry(of: "target/kind")?.shape == [5])
        #expect(dataset.train.entry(of: "table")?.shape == [5, 3, 1])
    }

    @Test func conversionsAndIgnoredTensorsAreToldInOneLine() throws {
        let dataset = try Dataset(folder: Fixtures.path("numpy-types"))
        let remark = try #require(dataset.remark)
        #expect(remark.contains("9 converted while reading") && remark.contains("table F64 [N, 3] as F32 [N, 3, 1]"))
        #expect(remark.contains("target/kind I32 [N, 1] as I64 [N]") && remark.contains("picture U8 as F32"))
        #expect(remark.contains("1 ignored, not described in dataset.json: id") && !remark.contains("\n"))
        #expect(try Dataset(folder: Fixtures.path("python-dataset")).remark == nil)
    }

    @Test func summaryAndBatchesReadConvertedTensors() throws {
        let dataset = try Dataset(folder: Fixtures.path("numpy-types"))
        let summary = try DatasetSummary(dataset)
        let signal = try #require(summary.modalities.first { $0.name == "signal" }?.splits["train"])
        #expect(abs(signal.maskedTokens - 0.25) < 1e-9)
        let picture = try #require(expected()["picture"])
        #expect(summary.modalities.first { $0.name == "picture" }?.splits["train"]?.maximum == picture.max())
        #expect(summary.targets.first { $0.name == "kind" }?.counts["train"] == [2, 2, 1])
    }

    private func changed(_ change: (inout [String: Tensor]) throws -> Void) throws -> (Dataset, TemporaryFolder) {
        let folder = try TemporaryFolder()
        let path = try folder.copy(fixture: "numpy-types")
        var tensors = try SafetensorsFile(path: path + "/train.safetensors").tensors()
        try change(&tensors)
        try SafetensorsWriter.write(tensors, to: path + "/train.safetensors")
        return (try Dataset(folder: path), folder)
    }

    @Test func labelsFromOneAreExplained() throws {
        let (dataset, _) = try changed { $0["target/kind"] = try Tensor([1, 2, 3, 1, 2] as [Int64], shape: [5]) }
        #expect { try dataset.validate() } throws: {
            "\($0)".contains(
                "'target/kind': label 3 in row 2, expected 0…2 (3 classes); the labels run from 1 to 3: "
                    + "subtract 1 from all of them")
        }
        // Other targets of the dataset do not matter to a suite that does not use them.
        try dataset.validate(targets: ["size"])
    }

    @Test(arguments: [Float(1e20), 9.96921e36, -3.4e38])
    func fillValuesAreReported(value: Float) throws {
        let (dataset, _) = try changed { $0["target/size"] = try Tensor([0, 1, value, 3, 4] as [Float], shape: [5]) }
        #expect { try dataset.validate() } throws: {
            "\($0)".contains("'target/size': \(value) in row 2, expected numbers within")
                && "\($0)".contains("present/target/size")
        }
        let (inputs, _) = try changed { tensors in
            tensors["table"] = try Tensor([Float](repeating: value, count: 15), shape: [5, 3])
        }
        #expect { try inputs.validate() } throws: { "\($0)".contains("'table': \(value) in row 0") }
    }

    @Test(arguments: [
        ("masks/signal", "did you mean 'mask/signal'?"), ("present/signall", "did you mean 'present/signal'?"),
        ("targets/kind", "not described"), ("group/persons", "not described"),
    ])
    func misspeltNamesAreNotIgnored(name: String, expected: String) throws {
        #expect {
            _ = try changed { tensors in
                tensors[name] = try Tensor([1, 1, 1, 1, 1] as [Float], shape: [5])
                if name.hasPrefix("masks") { tensors["mask/signal"] = nil }
            }
        } throws: { "\($0)".contains("tensor '\(name)': ") && "\($0)".contains(expected) }
    }

    @Test func labelsInFloatingPointAreRefusedWithAdvice() throws {
        #expect {
            _ = try changed { $0["target/kind"] = try Tensor([0, 1, 2, 0, 1] as [Float], shape: [5]) }
        } throws: { "\($0)".contains("dtype F32, expected I64; convert the labels with astype(numpy.int64)") }
    }
}
