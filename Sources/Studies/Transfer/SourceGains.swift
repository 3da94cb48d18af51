import Numerics

/// The gains of all sources for all tasks with one share of the labels.
struct SourceGains {
    /// The outcome of a training.
    struct Outcome {
        /// The score, as a share between chance and perfection.
        var score: Double
        /// The share of the loss of chance that the best epoch explains on the validation split;
        /// `nil` if unknown.
        var validation: Double?
    }

    /// One source for one task.
    struct Source {
        /// The name of the source task.
        var name: String
        /// The loss that the source as a start costs the task, by measured transfers.
        var transfer: Double
        /// The gain over training from scratch with each seed.
        var gains: [Double]
        /// The validation score with each seed; `nil` where it is unknown.
        var validation: [Double?]
    }

    /// The share of the training labels.
    let labels: Double
    /// The tasks whose scores are defined for all seeds, each with all sources, by name.
    private let tasks: [(name: String, sources: [Source])]

    /// Collects the outcomes.
    ///
    /// - Parameters:
    ///   - labels: The share of the labels.
    ///   - transfers: Task → source → transfer.
    ///   - seeds: The number of seeds.
    ///   - outcome: Returns the outcome of a task after a source, or from scratch, with a seed
    ///     counted from 0; `nil` when it has no score.
    init(
        labels: Double, transfers: [String: [String: Double]], seeds: Int,
        outcome: (_ task: String, _ source: String?, _ seed: Int) -> Outcome?
    ) {
        self.labels = labels
        tasks = transfers.sorted { $0.key < $1.key }.compactMap { task, sources in
            let scratch = (0..<seeds).compactMap { outcome(task, nil, $0)?.score }
            let found = sources.sorted { $0.key < $1.key }.compactMap { name, transfer -> Source? in
                let own = (0..<seeds).compactMap { outcome(task, name, $0) }
                guard own.count == seeds, scratch.count == seeds else { return nil }
                return Source(
                    name: name, transfer: transfer, gains: zip(own, scratch).map { $0.score - $1 },
                    validation: own.map(\.validation))
            }
            return found.count == sources.count ? (task, found) : nil
        }
    }

    /// The gain of each source for each task.
    var cells: [SourceStudy.Result.Cell] {
        tasks.flatMap { task, sources in
            sources.map { source in
                SourceStudy.Result.Cell(
                    task: task, source: source.name, labels: labels, transfer: source.transfer,
                    gain: PairedTest(source.gains, source.gains.map { _ in 0 }))
            }
        }
    }

    /// The Spearman correlation of transfer and mean gain over the sources of a task, averaged over
    /// tasks with three sources or more; `nil` if undefined.
    var correlation: Double? {
        let all = tasks.filter { $0.sources.count >= 3 }.compactMap { task in
            spearmanCorrelation(task.sources.map(\.transfer), task.sources.map(\.gains.mean))
        }
        return all.isEmpty ? nil : all.mean
    }

    /// Returns what a way to choose gains; `nil` when it cannot choose.
    func chosen(by choice: SourceChoice) -> SourceStudy.Result.Chosen? {
        guard let seeds = tasks.first?.sources.first?.gains.count else { return nil }
        var names: [String: [String]] = [:]
        var (own, others): ([Double], [Double]) = ([], [])
        for seed in 0..<seeds {
            var (gains, rest): ([Double], [Double]) = ([], [])
            for (task, sources) in tasks {
                guard let source = Self.source(choice, among: sources, seed: seed) else { return nil }
                names[task, default: []].append(source.name)
                gains.append(source.gains[seed])
                rest.append(sources.filter { $0.name != source.name }.map { $0.gains[seed] }.mean)
            }
            own.append(gains.mean)
            others.append(rest.mean)
        }
        guard let gain = SeedMean(own) else { return nil }
        return SourceStudy.Result.Chosen(
            choice: choice, labels: labels, sources: names.mapValues(Self.mostFrequent), gain: gain,
            ahead: PairedTest(own, others))
    }

    /// Returns the chosen source; of equal ones, the first by name.
    private static func source(_ choice: SourceChoice, among sources: [Source], seed: Int) -> Source? {
        switch choice {
        case .heterogeneity: return sources.min { $0.transfer < $1.transfer }
        case .best: return sources.reversed().max { $0.gains.mean < $1.gains.mean }
        case .validation:
            guard sources.allSatisfy({ $0.validation[seed] != nil }) else { return nil }
            return sources.reversed().max { ($0.validation[seed] ?? 0) < ($1.validation[seed] ?? 0) }
        }
    }

    private static func mostFrequent(_ names: [String]) -> String {
        let counts = names.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
        return counts.min { (-$0.value, $0.key) < (-$1.value, $1.key) }?.key ?? ""
    }
}
