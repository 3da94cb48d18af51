import Files
import Foundation
import Method
import Multimodal
import Parallel
import Training

/// A training of a study that any process of a team can do.
struct HandedTraining {
    /// The expected time, in any unit.
    var work: Double
    /// The path of a file that exists when the training is done.
    var result: String
    /// Trains, or does nothing when the training is finished.
    var perform: () throws -> Void

    /// The seconds after which the result of another process counts as missing.
    private static let patience = 120.0

    /// Hands trainings to the processes of a team as they become free, the longest first, and waits
    /// until all are done. A single process does nothing, since the study trains what it needs.
    ///
    /// - Parameter trainings: Trainings that do not depend on each other, equal in all processes.
    /// - Throws: `Interruption` on all processes when a training was interrupted on any; `RunError`
    ///   when a result does not appear; the errors of trainings.
    static func share(_ trainings: [HandedTraining]) throws {
        let team = Team.current
        guard team.size > 1 else { return }
        let order = trainings.indices.sorted { (trainings[$1].work, $0) < (trainings[$0].work, $1) }
        let jobs = team.jobs(order.count)
        var isInterrupted = false
        do {
            while let job = try jobs.next() { try apart(trainings[order[job]].perform) }
        } catch is Interruption {
            isInterrupted = true
        }
        if try team.any(isInterrupted) { throw Interruption.study }
        try wait(for: trainings.map(\.result))
    }

    /// Runs a training that is this process's own: nobody computes a part of it, and its files are
    /// written here. Another process may be checking a run that this training starts from.
    private static func apart(_ body: () throws -> Void) throws {
        let deadline = Date(timeIntervalSinceNow: patience)
        while true {
            do {
                return try Team.$current.withValue(.alone) {
                    try FileChanges.$areLeftToLead.withValue(false) { try body() }
                }
            } catch let error as FolderInUse {
                guard Date() < deadline else { throw error }
                usleep(200_000)
            }
        }
    }

    /// Waits for files of other processes, which network file systems show with a delay.
    private static func wait(for paths: [String]) throws {
        let deadline = Date(timeIntervalSinceNow: patience)
        for path in paths {
            while !FileManager.default.fileExists(atPath: path) {
                guard Date() < deadline else {
                    throw RunError(
                        "\(path): does not exist, although a rank has written it; expected a folder that all ranks share"
                    )
                }
                _ = try Folder.names(in: Folder.parent(of: path))
                usleep(100_000)
            }
        }
    }
}

extension StudyTraining {
    /// Returns the training of a suite, for a team.
    func handed(_ suite: Suite, named name: String) -> HandedTraining {
        HandedTraining(work: suite.trainingWork, result: finished(name, .first)) {
            _ = try result(of: suite, named: name)
        }
    }

    /// Returns the path of a file that exists when a stage of a run is finished.
    func finished(_ name: String, _ stage: TrainingStage) -> String {
        let run = run(name)
        return usesTest ? run.resultPath(of: stage) : run.checkpoints(stage: stage).bestPath
    }
}

extension Suite {
    /// The expected time of a training, up to a factor that trainings of a study share.
    var trainingWork: Double {
        let streams = tasks.values.reduce(0) { $0 + max(1, $1.modalities?.count ?? 2) }
        return Double(streams) * Double(model.width)
    }
}
