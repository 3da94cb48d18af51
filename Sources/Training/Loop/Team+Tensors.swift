import Foundation
import Parallel
import Torch

/// The tensors that the processes of a team combine.
extension Team {
    /// Adds the elements of a float32 tensor over all processes, in place: by NCCL where all
    /// processes have a GPU of their own, else by MPI on the CPU.
    ///
    /// - Throws: `TeamError` when MPI or NCCL fails; `TorchError` when the device fails.
    func sum(_ tensor: Tensor) throws {
        guard size > 1 else { return }
        if case .cuda(let index) = tensor.device {
            let count = tensor.count
            if try tensor.withAddress({ try sum(onGPU: index, $0, count: count) }) { return }
        }
        try tensor.withMutableBytesOnCPU { bytes in
            try sum(bytes.bindMemory(to: Float.self))
        }
    }

    /// Copies the elements of the lead's tensor to all processes, in place.
    ///
    /// - Throws: `TeamError` when MPI fails; `TorchError` when the device fails.
    func broadcast(_ tensor: Tensor) throws {
        guard size > 1 else { return }
        try tensor.withMutableBytesOnCPU { try broadcast($0) }
    }
}
