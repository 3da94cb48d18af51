import Files
import Foundation

/// The files that the cells of a column name.
enum CellPath {
    /// Returns the path of a cell's file: absolute, or relative to the table's folder.
    static func path(_ cell: String, of table: RawTable) -> String {
        let name = name(in: cell)
        if name.hasPrefix("/") { return name }
        let folder = Folder.parent(of: table.file)
        return folder.isEmpty ? name : "\(folder)/\(name)"
    }

    /// Returns the problem of a relative path that leads out of the table's folder, by `..` or by
    /// a link; `nil` if there is none.
    ///
    /// A table from strangers must not choose files anywhere. An absolute path is visible to those
    /// who look at the table.
    static func problem(_ cell: String, of table: RawTable) -> String? {
        let folder = Folder.parent(of: table.file)
        guard !name(in: cell).hasPrefix("/"), let real = realPath(path(cell, of: table)),
            let root = realPath(folder.isEmpty ? "." : folder), real != root,
            !real.hasPrefix(root.hasSuffix("/") ? root : root + "/")
        else { return nil }
        return "'\(cell.prefix(60))' leads out of the table's folder, to \(real); an absolute path allows that"
    }

    private static func name(in cell: String) -> String {
        let name = cell.hasPrefix("file://") ? String(cell.dropFirst("file://".count)) : cell
        // Tables that were written on Windows have backslashes.
        return name.contains("/") ? name : name.replacing("\\", with: "/")
    }

    /// Returns the path without links; `nil` if nothing exists there.
    private static func realPath(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    /// Checks that all files of some samples exist.
    ///
    /// - Parameter folders: The columns whose cells are folders.
    /// - Throws: `ReaderError` with the first ten that are missing and their number, or with the
    ///   first one that leads out of the table's folder.
    static func check(_ columns: [Int], folders: Set<Int> = [], _ samples: TableSamples, kept: [Int]) throws {
        var missing: [String] = []
        var count = 0
        var first: (sample: Int, column: Int)?
        for sample in kept {
            for column in columns {
                guard let cell = samples.text(sample, column) else { continue }
                if let problem = problem(cell, of: samples.table) { throw samples.failure(sample, column, problem) }
                var isFolder: ObjCBool = false
                let exists = FileManager.default.fileExists(
                    atPath: path(cell, of: samples.table), isDirectory: &isFolder)
                guard !exists || isFolder.boolValue != folders.contains(column) else { continue }
                count += 1
                first = first ?? (sample, column)
                if missing.count < 10 { missing.append(cell) }
            }
        }
        guard let first else { return }
        throw samples.failure(
            first.sample, first.column,
            "\(count) \(count == 1 ? "file is" : "files are") missing: \(missing.joined(separator: ", "))"
                + (count > missing.count ? ", and \(count - missing.count) more" : "")
                + "; paths are relative to the table's folder, and an empty cell stands for no file")
    }
}
