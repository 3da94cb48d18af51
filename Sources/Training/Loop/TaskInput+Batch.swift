import HighMMT
import Multimodal
import Torch

extension TaskInput {
    /// The inputs of a batch on a device.
    ///
    /// - Throws: `TorchError` when the device has no memory for them.
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
