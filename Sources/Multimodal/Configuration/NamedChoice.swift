/// One of a few names, written as text in suites and datasets.
public protocol NamedChoice: RawRepresentable, CaseIterable, Codable, Hashable, Sendable where RawValue == String {}
