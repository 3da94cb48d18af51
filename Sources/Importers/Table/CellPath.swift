import Files
import Foundation

/// The files that the cells of a column name.
enum CellPath {
    /// Returns the path of a cell's file: absolute, or relative to the table's folder.
    static func path(_ cell: String, of table: RawTable) -> String {
        var name = cell.hasPrefix("file://") ? String(cell.dropFirst("file://".count)) : cell
        // Tables that were written on Windows have backslashes.
        if !name.contains("/") { name = name.replacing("\\", with: "/") }
        if name.hasPrefix("/") { return name }
        let folder = Folder.parent(of: table.file)
        return folder.isEmpty ? name : "\(folder)/\(name)"
    }

    /// Checks that all files of some samples exist.
    ///
    /// - Parameter folders: The columns whose cells are folders.
    /// - Throws: `ReaderError` with the first ten that are missing and their number.
    static func check(_ columns: [Int], folders: Set<Int> = [], _ samples: TableSamples, kept: [Int]) throws {
        var missing: [String] = []
        var count = 0
        var first: (sample: Int, column: Int)?
        for sample in kept {
            for column in columns {
                guard let cell = samples.text(sample, column) else { continue }
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
