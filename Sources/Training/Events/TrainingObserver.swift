/// Receives the events of a training run.
public protocol TrainingObserver: AnyObject {
    /// Receives an event.
    ///
    /// - Throws: An error when the event cannot be recorded. The run then stops.
    func observe(_ event: TrainingEvent) throws
}
