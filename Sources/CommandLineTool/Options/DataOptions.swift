import ArgumentParser
import Multimodal

/// The option for the root folder of datasets.
struct DataOptions: ParsableArguments {
    @Option(
        name: .customLong("data"),
        help: ArgumentHelp("Folder of datasets. (default: HIGHMMT_DATA, else ./data)", valueName: "dir"))
    var option: String?

    /// The root folder of datasets.
    var root: String { DataRoot.folder(option: option) }
}
