import CNCCL
import Foundation

/// The library over NCCL, which adds values of GPUs.
struct NCCLLibrary: @unchecked Sendable {
    let table: CNInterface

    /// Opens the library.
    ///
    /// - Throws: ``TeamError`` with the reason when it cannot be used.
    init(path: String) throws {
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            throw TeamError(dlerror().map { String(cString: $0) } ?? "\(path): cannot be opened")
        }
        guard let symbol = dlsym(handle, CN_ENTRY) else {
            throw TeamError("\(path): is not the part of highmmt for NCCL; remove it and run scripts/build")
        }
        let entry = unsafeBitCast(symbol, to: CNEntry.self)
        guard let table = entry()?.pointee, table.version == CN_VERSION else {
            throw TeamError("\(path): is of another version of highmmt; run scripts/build")
        }
        self.table = table
    }

    /// Checks the result of a call.
    ///
    /// - Throws: ``TeamError`` with the message of NCCL when the call failed.
    func check(_ result: Int32) throws {
        guard result >= 0 else {
            throw TeamError("NCCL failed: \(table.error().map { String(cString: $0) } ?? "unknown")")
        }
    }
}
