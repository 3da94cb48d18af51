import Foundation
import FuzzedReaders

/// The reader that the environment names.
private let reader = {
    let name = ProcessInfo.processInfo.environment["FUZZED_READER"] ?? ""
    guard let reader = FuzzedReader(rawValue: name) else {
        fatalError("FUZZED_READER is '\(name)', expected one of \(FuzzedReader.allCases.map(\.rawValue))")
    }
    return reader
}()

/// Reads one input of libFuzzer, which calls this function by its name.
@_cdecl("LLVMFuzzerTestOneInput")
public func readOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
        try reader.read(Array(UnsafeBufferPointer(start: start, count: count)))
    } catch {
        precondition(!"\(error)".contains("\n"), "an error of several lines: \(error)")
    }
    return 0
}
