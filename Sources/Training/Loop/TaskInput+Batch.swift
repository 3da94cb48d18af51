import HighMMT
import Multimodal
import Torch

extension TaskInput {
    /// Creates the inputs of a batch on a device.
    ///
    /// - Throws: `TorchError` when the device runs out of memory.
    public init(_ batch: Batch, device: Device) throws {
        self.init(
            count: batch.count,
            streams: try Dictionary(
                uniqueKeysWithValues: batch.inputs.map { name, data in
                    let input = StreamInput(
                        data: try data.to(device: device), mask: try batch.masks[name]?.to(device: device),
                        present: batch.present[name])
                    return (name, input)
                }))
    }
}
