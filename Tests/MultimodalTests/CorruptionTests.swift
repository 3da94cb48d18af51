import Numerics
import TestSupport
import Testing
import Torch

@testable import Multimodal

@Suite struct CorruptionTests {
    /// 200 rows of 10 tokens with 3 channels. The last 2 tokens of odd rows are invalid, and row 5
    /// lacks the modality.
    private func stream() throws -> Batch {
        let rows = Array(0..<200)
        var random = RandomSource(seed: 1)
        let valid = rows.flatMap { row in (0..<10).map { $0 < (row % 2 == 0 ? 10 : 8) } }
        let numbers = rows.flatMap { row in
            (0..<30).map { index in
                valid[row * 10 + index / 3] && row != 5 ? Float(5 + 2 * random.normal()) : 0
            }
        }
        return Batch(
            rows: rows, inputs: ["s": try Tensor(numbers, shape: [200, 10, 3])],
            masks: ["s": try Tensor(valid, shape: [200, 10])], present: ["s": rows.map { $0 != 5 }],
            target: try Tensor.zeros([200]))
    }

    private func corrupted(_ batch: Batch, _ kind: CorruptionKind, _ severity: Double) throws -> Batch {
        var result = batch
        var stream = try CorruptedStream("s", of: batch, scale: InputScale(mean: 5, deviation: 2))
        stream.apply(kind, severity: severity, seed: 4, purpose: "p")
        try stream.write("s", to: &result)
        return result
    }

    private func numbers(_ batch: Batch) throws -> [Float] { try #require(batch.inputs["s"]).floats() }

    @Test func gaussianNoiseHasTheStatedDeviation() throws {
        let batch = try stream()
        let (before, half, whole) = (
            try numbers(batch), try numbers(corrupted(batch, .gaussian, 0.5)),
            try numbers(corrupted(batch, .gaussian, 1))
        )
        let valid = try #require(batch.masks["s"]).bools()
        var (sum, squares, count) = (0.0, 0.0, 0.0)
        for index in before.indices {
            guard valid[index / 3], index / 30 != 5 else {
                #expect(half[index] == 0)
                continue
            }
            let noise = Double(half[index] - before[index])
            // Noise of another severity is the same noise, scaled.
            #expect(abs(Double(whole[index] - before[index]) - 2 * noise) < 1e-5)
            sum += noise
            squares += noise * noise
            count += 1
        }
        #expect(abs(sum / count) < 0.05)
        #expect(abs((squares / count).squareRoot() - 0.5 * 2) < 0.05)
    }

    @Test func saltAndPepperReplaceTheGivenShareByExtremes() throws {
        let batch = try stream()
        let (before, after) = (try numbers(batch), try numbers(corrupted(batch, .saltAndPepper, 0.25)))
        let valid = try #require(batch.masks["s"]).bools()
        let places = before.indices.filter { valid[$0 / 3] && $0 / 30 != 5 }
        let low = places.count { after[$0] == -1 }
        let high = places.count { after[$0] == 11 }
        #expect(places.count { after[$0] == before[$0] } == places.count - low - high)
        for count in [low, high] { #expect(abs(Double(count) / Double(places.count) - 0.125) < 0.02) }
        #expect(before.indices.allSatisfy { valid[$0 / 3] && $0 / 30 != 5 || after[$0] == 0 })
        let all = try numbers(corrupted(batch, .saltAndPepper, 1))
        #expect(places.allSatisfy { all[$0] == -1 || all[$0] == 11 })
    }

    @Test(arguments: [(0.01, 10, 8), (0.5, 5, 4), (0.75, 2, 2), (1, 1, 1)])
    func theGivenShareOfValidTokensIsMaskedAndOneStays(severity: Double, even: Int, odd: Int) throws {
        let batch = try stream()
        let before = try #require(batch.masks["s"]).bools()
        let after = try #require(try corrupted(batch, .droppedTokens, severity).masks["s"]).bools()
        #expect(zip(before, after).allSatisfy { $0 || !$1 })
        for row in 0..<200 where row != 5 {
            #expect(after[(row * 10)..<(row * 10 + 10)].count { $0 } == (row % 2 == 0 ? even : odd))
        }
    }

    /// A corruption of severity 0 changes no bit, and any other changes only the streams that it
    /// names.
    @Test func conditionsChangeOnlyTheStreamsTheyName() throws {
        let task = try OpenedTask.fixture("target: animal, modalities: [picture, walk]")
        let rows = Array(0..<6)
        let plain = try BatchReader(task, split: .train).batch(rows)
        func read(_ conditions: InputConditions) throws -> Batch {
            try ConditionedReader(task, split: .train, conditions: conditions).batch(rows)
        }
        let nothing = try read(
            InputConditions(corruptions: CorruptionKind.allCases.map { Corruption($0, severity: 0) }, seed: 1))
        for name in task.modalities {
            #expect(try nothing.inputs[name]?.bytes() == plain.inputs[name]?.bytes())
            #expect(try nothing.masks[name]?.bools() == plain.masks[name]?.bools())
            #expect(nothing.present[name] == plain.present[name])
        }
        let noisy = InputConditions(corruptions: [Corruption(.gaussian, severity: 1, place: "t/walk")], seed: 1)
        let first = try read(noisy)
        #expect(try first.inputs["picture"]?.bytes() == plain.inputs["picture"]?.bytes())
        #expect(try first.inputs["walk"]?.bytes() != plain.inputs["walk"]?.bytes())
        #expect(try read(noisy).inputs["walk"]?.bytes() == first.inputs["walk"]?.bytes())
        var other = noisy
        other.seed = 2
        #expect(try read(other).inputs["walk"]?.bytes() != first.inputs["walk"]?.bytes())
        #expect(try read(InputConditions(without: ["t/walk"])).inputs.keys.sorted() == ["picture"])
        let dropped = try read(InputConditions(corruptions: [Corruption(.droppedModalities, severity: 1)], seed: 1))
        for row in rows {
            let had = task.modalities.filter { plain.present[$0]?[row] ?? true }
            let has = task.modalities.filter { dropped.present[$0]?[row] ?? true }
            #expect(has.count == 1 && had.contains(has[0]))
        }
    }

    /// Standardised values have mean 0 and standard deviation 1; other scales are measured on valid
    /// tokens.
    @Test func scalesComeFromTheTrainingSplit() throws {
        let task = try OpenedTask.fixture("target: animal, modalities: [picture, walk]")
        for name in task.modalities {
            let scale = try InputScale(of: name, in: task)
            guard task.description(of: name)?.statistics == nil else {
                #expect(scale == InputScale(mean: 0, deviation: 1))
                continue
            }
            let batch = try BatchReader(task, split: .train).batch(Array(0..<task.dataset.train.count))
            // Invalid tokens read as zero, and the fixture has no other zeros.
            let numbers = try #require(batch.inputs[name]).floats().map(Double.init).filter { $0 != 0 }
            let mean = numbers.reduce(0, +) / Double(numbers.count)
            let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
            #expect(abs(scale.mean - mean) < 1e-6 && abs(scale.deviation - variance.squareRoot()) < 1e-6)
        }
    }

    @Test func textsAreParsed() throws {
        #expect(try Corruption(parsing: "gaussian=0.5") == Corruption(.gaussian, severity: 0.5))
        let placed = try Corruption(parsing: "dropped-tokens=1@t/walk")
        #expect(placed == Corruption(.droppedTokens, severity: 1, place: "t/walk"))
        #expect(try Corruption(parsing: placed.description) == placed)
    }

    @Test(arguments: [
        ("gausian=0.5", "did you mean 'gaussian'?"), ("gaussian", "expected a severity from 0 to 1"),
        ("gaussian=2", "expected a severity from 0 to 1"), ("gaussian=nan", "expected a severity"),
        ("gaussian=0.5@", "expected a stream after @"), ("", "expected one of gaussian, salt-and-pepper"),
    ])
    func mistakesAreNamed(text: String, reason: String) {
        #expect { try Corruption(parsing: text) } throws: {
            "\($0)".contains("corruption '\(text)'") && "\($0)".contains(reason) && !"\($0)".contains("\n")
        }
    }

    @Test func streamNamesAreResolved() throws {
        let tasks = [try OpenedTask.fixture("target: animal, modalities: [picture, walk]")]
        #expect(try StreamNames.streams(named: "walk", in: tasks, option: "--without") == ["t/walk"])
        #expect(try StreamNames.streams(named: "t/picture", in: tasks, option: "--without") == ["t/picture"])
        #expect { try StreamNames.streams(named: "wolk", in: tasks, option: "--without") } throws: {
            "\($0)" == "--without: no stream 'wolk' (did you mean 'walk'?), expected one of t/picture, t/walk"
        }
    }
}
