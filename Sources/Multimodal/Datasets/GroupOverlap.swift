import Torch

/// The members of a group, such as persons, that occur in two splits.
struct GroupOverlap {
    /// The later split.
    let split: Split
    /// The earlier split.
    let earlier: Split
    /// The numbers of the common members, ascending.
    let members: [Int64]

    /// Returns the overlaps of every pair of splits.
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

    /// Returns an error for each overlap of a group that `dataset.json` declares as disjoint.
    static func brokenPromises(of dataset: Dataset) throws -> [DatasetError] {
        let promised = (dataset.description.groups ?? [:]).filter(\.value.disjoint).keys.sorted()
        return try promised.flatMap { group in
            try all(of: group, in: dataset).map { overlap in
                DatasetError(
                    file: dataset.rows(of: overlap.split).file.path, tensor: TensorNames.group(group),
                    reason:
                        "\(overlap.members.count) of its members (the first is \(overlap.members[0])) also occur in "
                        + "\(overlap.earlier.fileName), but \(DatasetDescription.fileName) declares groups.\(group).disjoint"
                )
            }
        }
    }
}

extension DatasetSplit {
    /// Returns the member number of each row.
    ///
    /// - Throws: `SafetensorsError` when the split has no such group, `TorchError` when its numbers
    ///   cannot be converted.
    public func members(of group: String) throws -> [Int64] {
        try withBytes(of: TensorNames.group(group)) { bytes in
            (0..<bytes.count / 8).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self) }
        }
    }
}
