import Multimodal

extension Recipe {
    /// Six speakers, recognised from recordings of single digits.
    static let speaker = Recipe(
        name: "speaker",
        title: "six speakers saying single digits",
        source: SpokenDigits.source,
        licence: SpokenDigits.licence,
        citation: SpokenDigits.citation,
        version: 2
    ) { recipe, request in
        let recordings = try SpokenDigits(folder: request.source, remarks: request.remarks, progress: request.progress)
            .recordings
        let speech = SpeechTokens(rate: SpokenDigits.rate, longest: recordings.map(\.samples.count).max() ?? 0)
        let rows = Dictionary(grouping: recordings, by: \.split)
        var description = recipe.description(
            modalities: ["speech": speech.description], targets: ["speaker": .classification(SpokenDigits.speakers)],
            groups: ["speaker": SpokenDigits.speakerGroup])
        var sound = TableColumn(.sound)
        (sound.rate, sound.size) = (SpokenDigits.rate, [speech.tokens])
        let layouts = ["speech": DatasetWriter.Layout(standardisation: .channel, isMasked: true)]
        description.encoding = .files(["speech": sound], layouts: layouts)
        return [
            try request.write(description, layouts: layouts, rows: rows.mapValues(\.count)) { split, row in
                let recording = rows[split, default: []][row]
                let (values, valid) = speech.values(of: recording.samples)
                return Sample(
                    inputs: ["speech": values], valid: ["speech": valid],
                    targets: ["speaker": [Double(recording.speaker)]], groups: ["speaker": recording.speaker])
            }
        ]
    }
}
