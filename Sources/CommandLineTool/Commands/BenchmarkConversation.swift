import Files
import Foundation
import HighMMT
import Numerics
import Studies
import Torch
import Training

/// Answers the commands of a program that times this implementation and another one in turns.
final class BenchmarkConversation {
    private struct Answer: Encodable {
        var ms: Double?
        var bytes: Int?
        var workload: String?
        var error: String?
    }

    private let device: Device
    private let arithmetic: Arithmetic
    private var descriptions: [String: WorkloadDescription] = ["large": .large]
    private var workloads: [String: Workload] = [:]

    init(device: Device, arithmetic: Arithmetic) {
        self.device = device
        self.arithmetic = arithmetic
    }

    /// Answers each line of standard input until the input ends or the line is `quit`.
    ///
    /// - Throws: `EncodingError` when an answer cannot be encoded.
    func run() throws {
        try answer(Answer(workload: "large"))
        while let line = readLine(), line != "quit" {
            do {
                try answer(reply(to: line))
            } catch {
                // A failed command must not end the conversation.
                try answer(Answer(error: "\(error)"))
            }
        }
    }

    private func answer(_ answer: Answer) throws {
        print(String(decoding: try JSONEncoder().encode(answer), as: UTF8.self))
        fflush(nil)
    }

    private func reply(to line: String) throws -> Answer {
        let words = line.split(separator: " ", maxSplits: 2).map(String.init)
        switch (words.first, words.count) {
        case ("peak", 1): return Answer(bytes: ResidentMemory.peak ?? 0)
        case ("define", 3):
            descriptions[words[1]] = try JSONDecoder().decode(WorkloadDescription.self, from: Data(words[2].utf8))
            workloads = workloads.filter { !$0.key.hasSuffix(" \(words[1])") }
            return Answer(workload: words[1])
        case ("step", 2...), ("infer", 2...):
            let name = words.count > 2 ? words[2] : "large"
            guard let batch = Int(words[1]), batch > 0, let description = descriptions[name] else {
                return Answer(error: "'\(line)': expected a batch size of at least 1 and the name of a workload")
            }
            let isWarm = workloads["\(batch) \(name)"] != nil
            let workload =
                try workloads["\(batch) \(name)"]
                ?? Workload(description, batch: batch, device: device, arithmetic: arithmetic)
            workloads["\(batch) \(name)"] = workload
            let timing = try Timing(warmUp: isWarm ? 0 : 2, repetitions: 1) {
                if words[0] == "step" { try workload.step() } else { try workload.infer() }
                try device.synchronize()
            }
            return Answer(ms: timing.median, workload: name)
        default: return Answer(error: "unknown command '\(line.prefix(40))'; known: step, infer, define, peak, quit")
        }
    }
}
