import ArgumentParser
import Multimodal

/// Where datasets lie.
struct DataOptions: ParsableArguments {
    @Option(
        name: .customLong("data"),
        help: ArgumentHelp("Folder of datasets. (default: HIGHMMT_DATA, else ./data)", valueName: "dir"))
    var option: String?

    /// The folder.
    var root: String { DataRoot.folder(option: option) }
}
