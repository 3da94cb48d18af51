/// A statistic of the consecutive steps of one channel.
public enum StepStatistic: String, NamedChoice {
    /// The mean.
    case mean
    /// log(1 + standard deviation).
    case logDeviation = "log_deviation"
    /// log(1 + mean absolute value).
    case logSize = "log_size"
    /// log(1 + mean absolute change from the step before).
    ///
    /// Source: the waveform length of Hudgins et al. 1993, doi:10.1109/10.204774.
    case logChange = "log_change"
}
