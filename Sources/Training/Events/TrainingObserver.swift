/// One who watches a run.
public protocol TrainingObserver: AnyObject {
    /// Hears of an event.
    ///
    /// - Throws: an error when the event cannot be recorded; the run stops then.
    func observe(_ event: TrainingEvent) throws
}
