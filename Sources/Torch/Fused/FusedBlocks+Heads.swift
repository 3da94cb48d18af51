import CTorch

extension FusedBlocks {
    /// The loss of a sample.
    public enum Criterion: Sendable {
        /// The cross entropy of the sample's class, in nats. Targets are int64, `[batch]`.
        case crossEntropy
        /// The mean binary cross entropy of the outputs, in nats. Targets are `[batch, outputs]`.
        case binaryCrossEntropy
        /// The mean squared error of the outputs. Targets are `[batch, outputs]`.
        case squaredError

        fileprivate var cValue: CTCriterion {
            switch self {
            case .crossEntropy: CT_CROSS_ENTROPY
            case .binaryCrossEntropy: CT_BINARY_CROSS_ENTROPY
            case .squaredError: CT_SQUARED_ERROR
            }
        }
    }

    /// The loss of a task on a batch: the mean over samples of weight times loss.
    public struct Loss: Sendable {
        /// The loss of a sample.
        public var criterion: Criterion
        /// The targets of the batch; see ``Criterion``.
        public var target: Tensor
        /// The weight of each sample, `[batch]`; `nil` weighs all alike.
        public var sampleWeights: Tensor?
        /// The mean and deviation by which targets are standardised, each `[outputs]`; `nil` takes
        /// targets as they are.
        public var standardisation: (means: Tensor, deviations: Tensor)?
        /// True when targets that are not finite do not count.
        public var skipsAbsent: Bool
        /// The factor of the loss in the total of all tasks.
        public var factor: Double

        /// Creates a loss from its parts.
        public init(
            _ criterion: Criterion, target: Tensor, sampleWeights: Tensor? = nil,
            standardisation: (means: Tensor, deviations: Tensor)? = nil, skipsAbsent: Bool = false, factor: Double = 1
        ) {
            self.criterion = criterion
            self.target = target
            self.sampleWeights = sampleWeights
            self.standardisation = standardisation
            self.skipsAbsent = skipsAbsent
            self.factor = factor
        }
    }

    /// The rows of a table that each sample of a batch reads, one after the other.
    public struct HeadRows: Sendable {
        /// The tables that heads read.
        public enum Table: Sendable {
            /// The latents of all streams.
            case latents
            /// The results of all pairs.
            case results
        }

        /// The table.
        public var table: Table
        /// The rows, sample by sample.
        let rows: [Int64]
        /// The number of rows of a sample.
        let slots: Int

        /// Creates the rows of a batch, sample by sample, each with the same number of slots.
        public init(_ table: Table, rows: [Int], slots: Int) {
            self.table = table
            self.rows = rows.map(Int64.init)
            self.slots = slots
        }

        /// The number of samples.
        public var samples: Int { slots > 0 ? rows.count / slots : 0 }
    }

    /// The head of a task with its loss on a batch.
    public struct Head {
        let rows: HeadRows
        let norm: (weight: Tensor, bias: Tensor)
        let linear: (weight: Tensor, bias: Tensor)
        let loss: Loss

        /// Creates a head from its parameters.
        ///
        /// # Shapes
        /// With f the floats of a sample's rows:
        /// - `norm`: weight and bias `[f]`
        /// - `linear`: weight `[outputs, f]`, bias `[outputs]`
        public init(
            _ rows: HeadRows, norm: (weight: Tensor, bias: Tensor), linear: (weight: Tensor, bias: Tensor), loss: Loss
        ) {
            self.rows = rows
            self.norm = norm
            self.linear = linear
            self.loss = loss
        }

        fileprivate func cValue(_ rows: UnsafePointer<Int64>?) -> CTHead {
            CTHead(
                reads_results: self.rows.table == .results, rows: rows, samples: Int64(self.rows.samples),
                slots: Int64(self.rows.slots), norm_weight: norm.weight.handle, norm_bias: norm.bias.handle,
                weight: linear.weight.handle, bias: linear.bias.handle, criterion: loss.criterion.cValue,
                target: loss.target.handle, sample_weights: loss.sampleWeights?.handle,
                means: loss.standardisation?.means.handle, deviations: loss.standardisation?.deviations.handle,
                skips_absent: loss.skipsAbsent, factor: loss.factor)
        }
    }

    /// The results of one head, which have no gradients.
    public struct HeadResult {
        /// The loss, a scalar.
        public let loss: Tensor
        /// The outputs, `[batch, outputs]`.
        public let outputs: Tensor
        /// The features before normalisation, `[batch, features]`.
        public let features: Tensor
    }

    /// Runs several heads, and returns the sum of their losses times their factors.
    ///
    /// # Shapes
    /// - `latents`: `[rows, n, d]`
    /// - `results`: `[pairs, 1, d]`, or `nil` when no head reads them
    /// - Result: a scalar, which can be differentiated, and one ``HeadResult`` per head
    ///
    /// - Throws: ``TorchError`` when there is no head, shapes or rows do not match, a class is out
    ///   of range, or a tensor is not of the expected type on the CPU.
    public static func losses(
        of heads: [Head], latents: Tensor, results: Tensor?
    ) throws -> (total: Tensor, heads: [HeadResult]) {
        let (latents, results) = (try latents.contiguous(), try results?.contiguous())
        // One list keeps the rows of all heads alive during the call.
        let rows = heads.flatMap(\.rows.rows)
        var total: CTTensor?
        var handles = [CTTensor?](repeating: nil, count: 3 * heads.count)
        try rows.withUnsafeBufferPointer { rows in
            var next = 0
            let list = heads.map { head in
                defer { next += head.rows.rows.count }
                return head.cValue(rows.baseAddress.map { $0 + next })
            }
            try handles.withUnsafeMutableBufferPointer { handles in
                let (first, count) = (handles.baseAddress, heads.count)
                try checked("fused heads", [latents] + heads.map(\.loss.target)) {
                    ct_fused_heads(
                        &total, first, first.map { $0 + count }, first.map { $0 + 2 * count }, latents.handle,
                        results?.handle, list, Int64(count))
                }
            }
        }
        let tensors = ([total] + handles).compactMap { $0.map(Tensor.init(owning:)) }
        guard tensors.count == 1 + 3 * heads.count else {
            throw TorchError(operation: "fused heads", message: "LibTorch returned too few tensors")
        }
        let each = heads.indices.map { index in
            HeadResult(
                loss: tensors[1 + index], outputs: tensors[1 + heads.count + index],
                features: tensors[1 + 2 * heads.count + index])
        }
        return (tensors[0], each)
    }
}
