import Files
import Foundation
import HighMMT
import TestSupport
import Testing
import Torch
import Training

@Suite struct ReferenceVerificationTests {
    private static let fixture = Fixtures.path("reference-case")
    private static let shared = ["large", "unimodal", "tied-depth-2"].map { "../shared/reference/\($0)" }

    @Test(arguments: Arithmetic.allCases)
    func ownCaseIsMatched(arithmetic: Arithmetic) throws {
        let verification = try ReferenceVerification(ReferenceCase(folder: Self.fixture), arithmetic: arithmetic)
        for comparison in verification.comparisons { #expect(comparison.passes, "\(comparison)") }
        #expect(verification.comparisons.map(\.compared) == [3, 6, 3, 118, 40])
    }

    @Test(
        .enabled(if: shared.allSatisfy(FileManager.default.fileExists(atPath:)), "needs ../shared/reference"),
        arguments: shared, Arithmetic.allCases)
    func publishedCasesAreMatched(folder: String, arithmetic: Arithmetic) throws {
        let verification = try ReferenceVerification(ReferenceCase(folder: folder), arithmetic: arithmetic)
        for comparison in verification.comparisons { #expect(comparison.passes, "\(comparison)") }
    }

    @Test(arguments: ["outputs", "gradients", "weights"])
    func aChangedNumberIsFound(file: String) throws {
        let folder = try TemporaryFolder()
        try folder.copy(Self.fixture, as: "case")
        let path = folder.path("case/\(file).safetensors")
        var tensors = try SafetensorsFile(path: path).tensors()
        let name = try #require(tensors.keys.sorted().first)
        let tensor = try #require(tensors[name])
        tensors[name] = try tensor * 1.01
        try SafetensorsWriter.write(tensors, to: path)
        let verification = try ReferenceVerification(ReferenceCase(folder: folder.path("case")))
        #expect(!verification.passes)
    }

    @Test func aMissingFileIsNamed() throws {
        let folder = try TemporaryFolder()
        try folder.copy(Self.fixture, as: "case")
        try FileManager.default.removeItem(atPath: folder.path("case/targets.safetensors"))
        let error = #expect(throws: FileError.self) { try ReferenceCase(folder: folder.path("case")) }
        #expect(error?.path.hasSuffix("case/targets.safetensors") == true)
    }
}
