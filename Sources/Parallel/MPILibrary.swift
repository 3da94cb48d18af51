import CMPI
import Foundation

/// The library over MPI, opened when the program was started under MPI.
struct MPILibrary: @unchecked Sendable {
    let table: CMInterface

    /// Opens the library.
    ///
    /// - Throws: ``TeamError`` that names the file when it cannot be used.
    init(path: String) throws {
        // Open MPI opens parts of itself that look for its symbols among the global ones.
        guard let handle = dlopen(path, RTLD_NOW | RTLD_GLOBAL) else {
            let reason = dlerror().map { String(cString: $0) } ?? "unknown"
            throw TeamError(
                "the program was started under MPI, but its part for MPI cannot be opened: \(reason); install MPI with "
                    + "its compiler mpicc and run scripts/build, or start the program without mpirun")
        }
        guard let symbol = dlsym(handle, CM_ENTRY) else {
            throw TeamError("\(path): is not the part of highmmt for MPI; remove it and run scripts/build")
        }
        let entry = unsafeBitCast(symbol, to: CMEntry.self)
        guard let table = entry()?.pointee, table.version == CM_VERSION else {
            throw TeamError("\(path): is of another version of highmmt; run scripts/build")
        }
        self.table = table
    }

    /// Returns the result of a call.
    ///
    /// - Throws: ``TeamError`` with the message of MPI when the call failed.
    func checked(_ result: Int32) throws -> Int32 {
        guard result >= 0 else {
            throw TeamError("MPI failed: \(table.error().map { String(cString: $0) } ?? "unknown")")
        }
        return result
    }

    /// Waits until an operation is complete.
    ///
    /// - Throws: ``TeamError`` with the message of MPI when it failed.
    func wait(_ operation: Int32) throws {
        let operation = try checked(operation)
        let start = DispatchTime.now().uptimeNanoseconds
        while try checked(table.test(operation)) == 0 {
            // Operations of equally fast processes complete at once. Whoever waits longer gives
            // its core back.
            if DispatchTime.now().uptimeNanoseconds - start < 20_000_000 { sched_yield() } else { usleep(500) }
        }
    }
}
