import Files
import Foundation

/// The records of a measurement: its trainings and probes.
struct TransferResults: Sendable {
    let plan: TransferPlan
    /// The trainings from random starts and, with the exact estimator, all others.
    let trainings: TransferRecords
    /// The records from which transfers are computed: the trainings or the probes.
    let measurements: TransferRecords

    /// Creates the folders if they do not exist.
    ///
    /// - Throws: `FileError` when one cannot be created.
    init(_ plan: TransferPlan, folder: String) throws {
        self.plan = plan
        trainings = try TransferRecords(folder: folder)
        measurements = try plan.estimator == .exact ? trainings : TransferRecords(folder: "\(folder)/probes")
    }

    /// Returns true when a job is done.
    func has(_ job: TransferJob) -> Bool {
        (plan.isProbe(job) ? measurements : trainings).has(
            plan.recorded(job), to: plan.entries[job.to], seed: job.seed)
    }

    /// Waits for the records of jobs that other processes have done. Network file systems show new
    /// files with a delay.
    ///
    /// - Throws: ``HeterogeneityError`` when one does not appear.
    func awaitRecords(of jobs: [TransferJob]) throws {
        let deadline = Date(timeIntervalSinceNow: Self.patience)
        for job in jobs {
            while !has(job) {
                guard Date() < deadline else {
                    throw HeterogeneityError(
                        "\(trainings.folder): has no record of \(plan.words(job)), which another rank has written; "
                            + "expected a folder that all ranks share")
                }
                // Reading the folder makes the system ask the server again.
                _ = try Folder.names(in: trainings.folder)
                usleep(100_000)
            }
        }
    }

    /// The seconds after which a file of another process counts as missing.
    private static let patience = 120.0

    /// Removes the files that a killed process left unfinished.
    ///
    /// - Throws: `FileError` when one cannot be removed.
    func removeUnfinished() throws {
        for records in [trainings, measurements] { try Folder.removeUnfinished(in: records.folder) }
    }

    /// Copies finished trainings and probes of another machine that are missing here.
    ///
    /// - Parameter folder: The folder of finished trainings of the same measurement.
    /// - Throws: `FileError` that names the file when one cannot be copied.
    func merge(_ folder: String) throws {
        try trainings.merge(folder)
        if plan.estimator == .probe { try measurements.merge("\(folder)/probes") }
    }
}
