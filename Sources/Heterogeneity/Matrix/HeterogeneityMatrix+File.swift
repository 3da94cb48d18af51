import Files
import Foundation

extension HeterogeneityMatrix {
    /// The maximum size of a matrix file in bytes.
    public static let maximumFileSize = 32 << 20

    /// Reads a matrix from a file: JSON if its text begins with a brace, otherwise CSV.
    ///
    /// - Throws: ``MatrixError``, naming the file, when it cannot be read, is too large, is not
    ///   UTF-8 or is not a valid matrix.
    public init(contentsOf url: URL) throws {
        let source = url.relativePath
        let data: Data
        do {
            let file = try FileHandle(forReadingFrom: url)
            defer { try? file.close() }
            data = try file.read(upToCount: Self.maximumFileSize + 1) ?? Data()
        } catch {
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
            let reason = isFolder.boolValue ? "it is a folder" : exists ? "permission denied" : "no such file"
            throw MatrixError(source: source, problem: .unreadable(reason))
        }
        guard data.count <= Self.maximumFileSize else {
            throw MatrixError(
                source: source,
                problem: .unreadable("larger than \(Self.maximumFileSize) bytes, the maximum size of a matrix file"))
        }
        if !data.isEmpty, let problem = FileSignature.mismatchOfText(data, expected: "a matrix in JSON or CSV") {
            throw MatrixError(source: source, problem: .malformed(problem))
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw MatrixError(source: source, problem: .malformed("the text is not UTF-8"))
        }
        if text.first(where: { !$0.isWhitespace && $0 != "\u{FEFF}" }) == "{" {
            do {
                try JSONFile.checkChecksum(
                    data, path: source,
                    advice: "restore it, or measure it again; if it was edited on purpose, delete its key checksum")
            } catch let error as FileError {
                throw MatrixError(source: source, problem: .malformed(error.reason))
            }
            try self.init(json: Data(text.drop { $0 == "\u{FEFF}" }.utf8), source: source)
        } else {
            try self.init(csv: text, source: source)
        }
    }

    /// Writes the matrix as JSON with a checksum, atomically: readers see the old file or the
    /// complete new one.
    ///
    /// - Throws: `FileError` when the file cannot be written; an encoding error when a number is
    ///   not finite.
    public func write(to url: URL) throws {
        let text = Array(try json())
        try AtomicFile.write(JSONFile.addingChecksum(to: text, layout: .compact) ?? text, to: url.path)
    }

    /// Returns the matrix with other standard errors of the distances.
    ///
    /// - Parameter standardErrors: Standard errors `[count, count]`; `nil` removes them.
    /// - Throws: ``MatrixError`` for another size, and for errors that are negative, not finite or
    ///   asymmetric.
    public func with(standardErrors: SquareMatrix<Double>?) throws -> HeterogeneityMatrix {
        try HeterogeneityMatrix(
            names: names, values: values, standardErrors: standardErrors, transfers: transfers,
            transferStandardErrors: transferStandardErrors, imputed: imputed, units: units
        ).with(transferOwnErrors: transferOwnErrors).with(explained: explained)
    }
}
