import Foundation

extension HeterogeneityMatrix {
    /// The largest file that is read, in bytes.
    public static let maximumFileSize = 32 << 20

    /// Reads a matrix from a file: JSON if its text begins with a brace, otherwise CSV.
    ///
    /// - Throws: ``MatrixError`` that names the file.
    public init(contentsOf url: URL) throws {
        let source = url.lastPathComponent
        let data: Data
        do {
            let file = try FileHandle(forReadingFrom: url)
            defer { try? file.close() }
            data = try file.read(upToCount: Self.maximumFileSize + 1) ?? Data()
        } catch {
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
            let reason = isFolder.boolValue ? "it is a folder" : exists ? "no permission" : "there is no such file"
            throw MatrixError(source: source, problem: .unreadable(reason))
        }
        guard data.count <= Self.maximumFileSize else {
            throw MatrixError(
                source: source,
                problem: .unreadable("more than \(Self.maximumFileSize) bytes, which is no matrix of this kind")
            )
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw MatrixError(source: source, problem: .malformed("the text is not UTF-8"))
        }
        if text.first(where: { !$0.isWhitespace && $0 != "\u{FEFF}" }) == "{" {
            try self.init(json: Data(text.drop { $0 == "\u{FEFF}" }.utf8), source: source)
        } else {
            try self.init(csv: text, source: source)
        }
    }

    /// Writes the matrix as JSON: to another name first, which then replaces the file, so that no half of it is ever seen.
    ///
    /// - Throws: What the file system reports.
    public func write(to url: URL) throws {
        try json().write(to: url, options: .atomic)
    }

    /// The same matrix with these standard errors.
    ///
    /// - Throws: ``MatrixError`` if they are of another size, negative or asymmetric.
    public func with(standardErrors: SquareMatrix<Double>?) throws -> HeterogeneityMatrix {
        try HeterogeneityMatrix(
            names: names,
            values: values,
            standardErrors: standardErrors,
            transfers: transfers,
            transferStandardErrors: transferStandardErrors,
            imputed: imputed,
            units: units
        ).with(transferOwnErrors: transferOwnErrors)
    }
}
