import Foundation

/// Times our implementation and its peers in turn and prints a Markdown table.
///
/// Usage: Compare --ours PROGRAM --peer "COMMAND" [--before PROGRAM] [--compiled "COMMAND"]
/// [--threads N] [--rounds N] [--no-growth] [--only TEXT] [--device DEVICE]
let arguments = CommandLine.arguments

func option(_ name: String) -> String? {
    arguments.firstIndex(of: name).flatMap { arguments.indices.contains($0 + 1) ? arguments[$0 + 1] : nil }
}

func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

func run() throws {
    guard let program = option("--ours"), let peer = option("--peer") else {
        throw Failure("usage: Compare --ours PROGRAM --peer COMMAND [--compiled COMMAND] [--threads N] [--rounds N]")
    }
    let threads = option("--threads") ?? "2"
    let rounds = option("--rounds").flatMap(Int.init) ?? 9
    func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

    let device = option("--device") ?? "cpu"
    let ours = [program, "benchmark", "serve", "--threads", threads, "--device", device]

    note("starting the contestants; each peer first checks that it reproduces the reference values")
    var contestants = [
        try Contestant("ours", command: ours),
        try Contestant("public", command: words(peer)),
    ]
    if let before = option("--before") {
        contestants.append(try Contestant("before", command: [before] + ours.dropFirst()))
    }
    if let compiled = option("--compiled") {
        contestants.append(try Contestant("torch.compile", command: words(compiled)))
    }
    defer { contestants.forEach { $0.quit() } }

    print("| case | " + contestants.map { "\($0.name), ms (quartiles)" }.joined(separator: " | ") + " | ratio |")
    print("|---|" + String(repeating: "---|", count: contestants.count + 1))
    let every = Case.large + (arguments.contains("--no-growth") ? [] : Case.growth)
    let cases = option("--only").map { wanted in every.filter { $0.title.contains(wanted) } } ?? every
    for item in cases {
        // Compiling every shape of the growth cases would take hours and would add nothing about
        // the large setting.
        let taking = item.definition == nil ? contestants : contestants.filter { $0.name != "torch.compile" }
        var samples = [Samples](repeating: Samples(), count: taking.count)
        if let definition = item.definition {
            for contestant in taking { _ = try contestant.ask("define \(definition.name) \(definition.json)") }
        }
        for contestant in taking { _ = try contestant.ask(item.command) }
        for _ in 0..<rounds {
            for (index, contestant) in taking.enumerated() {
                let times = try (0..<item.turn).map { _ in try contestant.ask(item.command).ms ?? .nan }
                let counted = item.turn > 1 ? times.dropFirst() : times[...]
                samples[index].values.append(counted.reduce(0, +) / Double(counted.count))
            }
        }
        let columns = contestants.indices.map { index in
            samples.indices.contains(index)
                ? String(format: "%.1f (%@)", samples[index].median, samples[index].spread) : "–"
        }
        let ratios = samples.dropFirst().map { Samples.ratios($0, samples[0]).ratioText }
        print("| \(item.title) | " + columns.joined(separator: " | ") + " | \(ratios.joined(separator: ", ")) |")
        fflush(nil)
        note("measured: \(item.title)")
    }
    let peaks = try contestants.map { String(format: "%.0f MB", Double(try $0.ask("peak").bytes ?? 0) / 1e6) }
    print("| peak memory of all of it | " + peaks.joined(separator: " | ") + " | |")
}

do {
    try run()
} catch {
    note("error: \(error)")
    exit(1)
}
