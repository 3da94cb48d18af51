import Files
import Torch
import Training

extension FuzzedReader {
    func readTensors(_ bytes: [UInt8]) throws {
        switch self {
        case .checkpoint:
            try HostileFile.with(bytes, named: "state.json") { _ = try Checkpoint(folder: Folder.parent(of: $0)) }
        default:
            try HostileFile.with(bytes, named: "x.safetensors") { path in
                let file = try SafetensorsFile(path: path)
                for name in file.entries.keys.sorted() { _ = try file.tensor(named: name) }
                try file.check(advice: "none")
            }
        }
    }
}
