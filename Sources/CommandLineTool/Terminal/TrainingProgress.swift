import Foundation
import Multimodal
import Training

/// Shows the progress of a training on standard error: a bar on a terminal, a line per epoch in a
/// log.
final class TrainingProgress {
    private let metrics: [String: String]
    private var epochs = 0
    private var started = Date()
    private var doneBefore = 0
    private var lastDrawn = Date.distantPast

    /// Creates a display that shows the first metric of each task.
    init(tasks: [OpenedTask]) {
        metrics = Dictionary(uniqueKeysWithValues: tasks.map { ($0.name, $0.metrics.first?.rawValue ?? "") })
    }

    func show(_ event: TrainingEvent) {
        switch event {
        case .recovered(let text), .skipped(let text): Terminal.write("note: \(text)\n")
        case .began(let stage, let epoch, let epochs, let step):
            self.epochs = epochs
            started = Date()
            doneBefore = epoch
            let place = epoch > 0 || step > 0 ? ", continuing after epoch \(epoch), step \(step)" : ""
            Terminal.write("\(stage.rawValue): \(epochs) epochs\(place)\n")
        case .stepped(let epoch, let step, let steps, let losses):
            guard Terminal.isInteractive, Date().timeIntervalSince(lastDrawn) > 0.1 else { return }
            lastDrawn = Date()
            draw(epoch: epoch, step: step, steps: steps, losses: losses)
        case .epochEnded(let record, let epochs):
            if Terminal.isInteractive { Terminal.write("\r\u{1B}[K") }
            Terminal.write(line(record, epochs: epochs) + "\n")
        case .updated, .saved: break
        case .measured(let loop, let waiting, let others):
            guard loop > .zero else { return }
            let ranks = others > .zero ? " and for other ranks during \(percent(others / loop))" : ""
            Terminal.write(
                "waited for data during \(percent(waiting / loop))\(ranks) of \(Int(loop / .seconds(1))) s\n")
        case .finished(let stage, let bestEpoch, let score):
            let best = bestEpoch.map { "best epoch \($0), validation score \(number(score))" }
            Terminal.write("\(stage.rawValue): done\(best.map { ", " + $0 } ?? "")\n")
        }
    }

    private func line(_ record: EpochRecord, epochs: Int) -> String {
        let scores = record.validation.sorted { $0.key < $1.key }.map { task, scores in
            let value = metrics[task].flatMap { scores.metrics[$0] }
            return "\(task) \(number(value))"
        }
        let mark = record.isBest ? " *" : ""
        return "epoch \(record.epoch)/\(epochs)  \(scores.joined(separator: "  "))  \(remaining(record.epoch))\(mark)"
    }

    private func draw(epoch: Int, step: Int, steps: Int, losses: [String: Double]) {
        let width = 24
        let filled = steps > 0 ? width * step / steps : width
        let bar = String(repeating: "=", count: filled) + String(repeating: " ", count: width - filled)
        let mean = losses.isEmpty ? 0 : losses.values.reduce(0, +) / Double(losses.count)
        let text = "epoch \(epoch + 1)/\(epochs) [\(bar)] \(step)/\(steps)  loss \(number(mean))  \(remaining(epoch))"
        Terminal.write("\r\u{1B}[K" + String(text.prefix(max(20, Terminal.width - 1))))
    }

    /// Returns the remaining time, estimated from the epochs of this process.
    private func remaining(_ epoch: Int) -> String {
        let done = epoch - doneBefore
        guard done > 0, epoch < epochs else { return "" }
        let seconds = Int(Date().timeIntervalSince(started) / Double(done) * Double(epochs - epoch))
        return seconds >= 60 ? "\(seconds / 60) min \(seconds % 60) s left" : "\(seconds) s left"
    }
}
