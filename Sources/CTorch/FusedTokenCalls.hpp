// The attention of latent queries to the tokens of one stream, forward and backward, on all
// threads.
#pragma once

#include "FusedTokenAttentionPasses.hpp"

namespace ct_fused {

/// Floats that `attend_to_tokens` saves for `attend_to_tokens_backward`.
int64_t saved_floats(const TokenShape &s);

/// Overwrites out [samples, n, inner] and, unless it is NULL, `saved`. `tables` are those of the
/// shape and inputs, if they are known; NULL computes them.
void attend_to_tokens(
    const TokenShape &s, const TokenInputs &in, const TokenTables *tables, float *saved,
    float *out);

/// Overwrites the gradients, except that of bₖ, which must be zero. `saved` is what the forward
/// pass has saved for the same shape and inputs; `tables` as there.
void attend_to_tokens_backward(
    const TokenShape &s, const TokenInputs &in, const TokenTables *tables, float *saved,
    const float *dout, const TokenGradients &to);

} // namespace ct_fused
