/// A choice among a fixed set of names, written as text in suites and datasets.
public protocol NamedChoice: RawRepresentable, CaseIterable, Codable, Hashable, Sendable where RawValue == String {}
