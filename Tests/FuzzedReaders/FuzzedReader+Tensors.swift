import Torch
import Training

extension FuzzedReader {
    func readTensors(_ bytes: [UInt8]) throws {
        switch self {
        case .checkpoint:
            let file = try HostileFile(bytes, named: "state.json")
            _ = try Checkpoint(folder: file.folder)
        default:
            let file = try SafetensorsFile(path: HostileFile(bytes, ending: "safetensors").path)
            for name in file.entries.keys.sorted() { _ = try file.tensor(named: name) }
            try file.check(advice: "none")
        }
    }
}
