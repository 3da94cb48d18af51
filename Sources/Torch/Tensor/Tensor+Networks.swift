import CTorch

extension Tensor {
    /// Returns the convolution of a batch of grids with a kernel.
    ///
    /// # Shapes
    /// - `self`: `[batch, channels, axes…]` with one to three axes
    /// - `weight`: `[outputs, channels, kernel…]`
    /// - `bias`: `[outputs]`
    /// - Result: `[batch, outputs, axes…]`
    ///
    /// - Parameters:
    ///   - weight: The kernel.
    ///   - bias: The value to add to every output.
    ///   - stride: The step along each axis.
    ///   - padding: The number of zeros before and after each axis.
    /// - Throws: ``TorchError`` when the shapes do not match.
    public func convolution(_ weight: Tensor, bias: Tensor, stride: [Int], padding: [Int]) throws -> Tensor {
        guard stride.count == rank - 2, padding.count == rank - 2 else {
            throw TorchError(
                operation: "convolution", shapes: [shape, weight.shape],
                message: "\(stride.count) strides and \(padding.count) paddings; expected \(rank - 2) of each")
        }
        return try produced("convolution", [self, weight]) {
            ct_convolution(
                $0, handle, weight.handle, bias.handle, stride.map(Int64.init), padding.map(Int64.init),
                Int64(stride.count))
        }
    }

    /// The parameters of one layer of long short-term memory.
    ///
    /// The gates are ordered input, forget, cell, output, as in PyTorch.
    public struct RecurrentWeights {
        /// The weights of the input, `[4 · width, channels]`.
        public var input: Tensor
        /// The weights of the previous output, `[4 · width, width]`.
        public var hidden: Tensor
        /// The first bias, `[4 · width]`.
        public var inputBias: Tensor
        /// The second bias, `[4 · width]`.
        public var hiddenBias: Tensor

        /// Creates a layer from its parameters.
        public init(input: Tensor, hidden: Tensor, inputBias: Tensor, hiddenBias: Tensor) {
            self.input = input
            self.hidden = hidden
            self.inputBias = inputBias
            self.hiddenBias = hiddenBias
        }
    }

    /// Returns the output of a layer of long short-term memory (LSTM) after every step, starting at
    /// zero.
    ///
    /// # Shapes
    /// - `self`: `[batch, steps, channels]`
    /// - Result: `[batch, steps, width]`
    ///
    /// - Throws: ``TorchError`` when the shapes do not match.
    public func recurrent(_ layer: RecurrentWeights) throws -> Tensor {
        try produced("LSTM", [self, layer.input, layer.hidden]) {
            ct_lstm(
                $0, handle, layer.input.handle, layer.hidden.handle, layer.inputBias.handle,
                layer.hiddenBias.handle)
        }
    }
}
