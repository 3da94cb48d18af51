import Torch

/// Members of a group, such as persons, that are in two splits.
struct GroupOverlap {
    /// The split.
    let split: Split
    /// The earlier split.
    let earlier: Split
    /// The numbers that both have, ascending.
    let members: [Int64]

    /// What the splits of a dataset have in common, the later split first.
    static func all(of group: String, in dataset: Dataset) throws -> [GroupOverlap] {
        let members = try Split.allCases.map { (split: $0, set: try Set(dataset.rows(of: $0).members(of: group))) }
        return members.indices.flatMap { later in
            (0..<later).compactMap { earlier in
                let common = members[later].set.intersection(members[earlier].set).sorted()
                return common.isEmpty
                    ? nil
                    : GroupOverlap(split: members[later].split, earlier: members[earlier].split, members: common)
            }
        }
    }

    /// Groups that are in two splits although `dataset.json` promises that they are not.
    static func brokenPromises(of dataset: Dataset) throws -> [DatasetError] {
        let promised = (dataset.description.groups ?? [:]).filter(\.value.disjoint).keys.sorted()
        return try promised.flatMap { group in
            try all(of: group, in: dataset).map { overlap in
                DatasetError(
                    file: dataset.rows(of: overlap.split).file.path,
                    tensor: TensorNames.group(group),
                    reason: "\(overlap.members.count) of its numbers (the first is \(overlap.members[0])) are also in "
                        + "\(overlap.earlier.fileName), but \(DatasetDescription.fileName) promises groups.\(group).disjoint"
                )
            }
        }
    }
}

extension DatasetSplit {
    /// The number of each row in a group.
    func members(of group: String) throws -> [Int64] {
        try file.withBytes(of: TensorNames.group(group)) { bytes in
            (0..<bytes.count / 8).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self) }
        }
    }
}
