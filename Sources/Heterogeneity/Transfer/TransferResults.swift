/// Where a measurement keeps its trainings and probes.
struct TransferResults: Sendable {
    let plan: TransferPlan
    /// Trainings: those from random starts, and with the exact estimator all.
    let trainings: TransferRecords
    /// What transfers are read from: the trainings, or the probes.
    let measurements: TransferRecords

    /// Makes the folders where they are not there.
    ///
    /// - Throws: `FileError` when one cannot be made.
    init(_ plan: TransferPlan, folder: String) throws {
        self.plan = plan
        trainings = try TransferRecords(folder: folder)
        measurements = try plan.estimator == .exact ? trainings : TransferRecords(folder: "\(folder)/probes")
    }

    /// Whether a job is done.
    func has(_ job: TransferJob) -> Bool {
        (plan.isProbe(job) ? measurements : trainings).has(
            plan.recorded(job), to: plan.entries[job.to], seed: job.seed)
    }

    /// Takes over what other machines have finished.
    ///
    /// - Parameter folder: the folder of finished trainings of the same measurement.
    /// - Throws: `FileError` that names the file when one cannot be copied.
    func merge(_ folder: String) throws {
        try trainings.merge(folder)
        if plan.estimator == .probe { try measurements.merge("\(folder)/probes") }
    }
}
