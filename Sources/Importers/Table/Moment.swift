/// A date with or without a time, as in ISO 8601: `2024-01-31`, `2024-01-31T23:59:59.5`.
enum Moment {
    /// Returns the seconds since 1970 in the moment's own time zone; `nil` for other texts.
    static func seconds(_ text: String) -> Double? {
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
        let date = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard date.count == 3, parts[0].count == 10, let year = date[0], let month = date[1], let day = date[2],
            (1...12).contains(month), (1...31).contains(day), year >= 1
        else { return nil }
        let days = Double(Self.days(year: year, month: month, day: day)) * 86_400
        guard parts.count == 2 else { return days }
        let clock = parts[1].hasSuffix("Z") ? parts[1].dropLast() : parts[1]
        let time = clock.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        guard (2...3).contains(time.count), let hour = time[0], let minute = time[1] else { return nil }
        guard let second = time.count == 3 ? time[2] : 0, (0..<24).contains(hour), (0..<60).contains(minute),
            (0..<61).contains(second)
        else { return nil }
        return days + hour * 3600 + minute * 60 + second
    }

    /// Returns the days since 1 January 1970 in the Gregorian calendar.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        // The year begins in March, so that the leap day is its last.
        let y = month > 2 ? year : year - 1
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return 365 * y + y / 4 - y / 100 + y / 400 + dayOfYear - 719_468
    }
}
