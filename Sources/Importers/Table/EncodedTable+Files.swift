import Files
import Foundation
import Multimodal

extension EncodedTable {
    /// The endings of files that hold raw samples.
    public static let endings = Set(
        ["csv", "tsv", "tab", "txt", "jsonl", "ndjson", "json"] + ImageFile.endings + SoundFile.endings
            + ArrayFile.endings)

    /// Opens a table; or, for a single modality of files, one such file or all of a folder.
    ///
    /// - Parameters:
    ///   - location: The path of the table, the file or the folder.
    ///   - encoding: The encoding that the dataset states.
    ///   - modalities: The modalities to encode.
    /// - Throws: As ``init(file:encoding:modalities:)``; `ReaderError` for a file in place of a
    ///   table when the modalities need more than one file.
    public init(location: String, encoding: TableDescription, modalities: Set<String>) throws {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: location, isDirectory: &isFolder)
        let columns = encoding.modalities.filter { modalities.contains($0.key) }.values.flatMap(\.columns)
        let role = columns.first.flatMap { encoding.columns[$0]?.role }
        let endings = Self.endings(of: role)
        let isFile = endings.contains((location as NSString).pathExtension.lowercased())
        guard exists, isFolder.boolValue || isFile else {
            try self.init(file: location, encoding: encoding, modalities: modalities)
            return
        }
        guard columns.count == 1, modalities.count == 1, !endings.isEmpty else {
            throw ReaderError(
                file: location, reason: "expected a table with the columns \(columns.sorted().joined(separator: ", "))")
        }
        let folder = isFolder.boolValue ? location : Folder.parent(of: location)
        let names =
            try isFolder.boolValue
            ? Self.files(in: location, endings) : [(location as NSString).lastPathComponent]
        guard !names.isEmpty else {
            throw ReaderError(file: location, reason: "no files with the ending \(endings.joined(separator: ", "))")
        }
        let table = RawTable(files: names, in: folder, column: columns[0], id: Self.idColumn(of: encoding))
        try self.init(TableSamples(table, encoding), encoding, modalities: modalities)
    }

    private static func endings(of role: ColumnRole?) -> [String] {
        switch role {
        case .image: ImageFile.endings
        case .sound: SoundFile.endings
        case .array: ArrayFile.endings
        default: []
        }
    }

    private static func files(in folder: String, _ endings: [String]) throws -> [String] {
        // Names that begin with a dot are of the system, such as the companions that macOS writes.
        try FolderListing.names(in: folder).filter {
            !$0.hasPrefix(".") && endings.contains(($0 as NSString).pathExtension.lowercased())
        }
    }

    private static func idColumn(of encoding: TableDescription) -> String {
        encoding.columns.filter { $0.value.role == .id }.keys.min() ?? "file"
    }
}
