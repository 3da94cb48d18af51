// The forward and the backward pass of the attention to tokens. Pure arithmetic, without tensors.
//
// With mean μ and 1/deviation r of a token, its key is r·(x·a + c − μ·w) + b, and its value
// likewise. The b of the keys shifts all scores of a query alike and drops out; the b of the values
// is added at the end. A score is therefore
//     r·(x·U + u − μ·ω)  with  U = a·qᵀ, u = c·qᵀ, ω = w·qᵀ,
// so no key is formed, or r·(k·qᵀ − μ·ω) with k = x·a + c. With weights A = softmax·r the result is
//     (A·x)·a + A·c − (A·μ)·w + b,  or  A·v − (A·μ)·w + b with v = x·a + c.
// The cheaper form is taken each time. Queries lie in lanes: tables over (head, query) have one
// row per token.
//
// Below, the halves of a, c, w and b for keys and values are aₖ, aᵥ and so on; X [tokens, channels]
// are the data of a sample, S and A [tokens, lanes] its scores and weights, K and V [tokens, inner]
// its formed keys and values, and D = Aᵀ·X [n, channels] per head its mixed data.
#pragma once

#include "FusedKernels.hpp"
#include "FusedRuntime.hpp"

#include <cstdint>

namespace ct_fused {

struct TokenShape {
    int64_t samples, tokens, channels, heads, n, head_width;
    /// Channels of the whole token, over which it is normalised.
    double width;
    /// Threads that share the samples; kept from forward to backward, because it decides the
    /// chunks.
    int64_t parts;
    /// Every sample has queries of its own. Keys are then always formed, because samples share
    /// nothing about scores.
    bool own_queries;

    int64_t inner() const { return heads * head_width; }
    /// Width of a row of a, c, w and b: keys, then values.
    int64_t row() const { return 2 * inner(); }
    /// Lanes of one head and of all heads.
    int64_t head_lanes() const { return padded_to_8(n); }
    int64_t lanes() const { return heads * head_lanes(); }
    int64_t query_size() const { return heads * n * head_width; }

    bool forms_keys() const {
        return own_queries || tokens * inner() * (channels + n) < heads * n * tokens * channels;
    }
    bool forms_values() const {
        return tokens * channels * inner() < heads * n * tokens * channels + n * channels * inner();
    }
    /// Columns of what the data are multiplied with for the scores: keys or lanes.
    int64_t key_columns() const { return forms_keys() ? inner() : lanes(); }
    /// Floats of the formed values or the mixed data of one sample.
    int64_t value_size() const { return forms_values() ? tokens * inner() : heads * n * channels; }

    /// The largest number of samples in one chunk.
    int64_t chunk() const;
};

struct TokenInputs {
    /// data [samples, tokens, channels]; q [heads, n, head width], with own queries one per sample;
    /// a [channels, row]; c [tokens, row]; w, b [row]; s1, s2 [tokens], sum and sum of squares of
    /// the constant part.
    const float *data, *q, *a, *c, *w, *b, *s1, *s2;
    /// True for valid tokens, [samples, tokens], or NULL.
    const bool *mask;

    const float *data_of(const TokenShape &s, int64_t sample) const {
        return data + sample * s.tokens * s.channels;
    }
    const float *queries_of(const TokenShape &s, int64_t sample) const {
        return q + (s.own_queries ? sample * s.query_size() : 0);
    }
    const bool *valid(const TokenShape &s, int64_t sample) const {
        return mask == nullptr ? nullptr : mask + sample * s.tokens;
    }
};

/// The gradients of TokenInputs.
struct TokenGradients {
    float *q, *a, *c, *w, *b, *s1, *s2;
};

/// The values that depend on queries, parameters and positions alone: computed once per call, or
/// once per sample where each sample has its own queries.
struct TokenTables {
    /// U [channels, lanes] and u [tokens, lanes]; only without formed keys.
    float *channel_scores, *token_scores;
    /// ω [lanes]; qᵀ per head [head width, head lanes].
    float *mean_scores, *turned_queries;

    TokenTables(Layout &layout, const TokenShape &s);

    /// Overwrites all tables.
    void fill(const TokenShape &s, const TokenInputs &in, const float *queries) const;
};

/// A number of samples to lay out SavedTokens for.
struct SampleCount {
    int64_t samples;
};

/// The tensors that forward saves for backward, in the order of the samples.
struct SavedTokens {
    /// μ and r, [samples, tokens].
    float *mean, *rstd;
    /// S and A [samples, tokens, lanes], and A·μ [samples, lanes].
    float *scores, *weights, *mean_sums;
    /// K [samples, tokens, inner]; only when keys are formed.
    float *keys;
    /// V [samples, tokens, inner]; or D, for every chunk [heads, samples, n, channels].
    float *values;

    SavedTokens(Layout &layout, const TokenShape &s, const SampleCount &count);

    /// The part that begins with the given sample.
    SavedTokens from(const TokenShape &s, int64_t sample) const;
};

/// The buffers of one thread in forward. The intermediates of a chunk are used only when nothing is
/// saved.
struct TokenForwardBuffers {
    SavedTokens scratch;
    TokenTables tables;

    TokenForwardBuffers(Layout &layout, const TokenShape &s, const SampleCount &unsaved);
};

/// Sums over samples.
struct TokenSums {
    float *begin;
    /// Gradients of aₖ and cₖ [channels or tokens, inner], or without formed keys of U and u
    /// [channels or tokens, lanes].
    float *channel_keys, *token_keys;
    /// Of the queries with formed keys, unless every sample has its own.
    float *queries;
    /// Of wₖ [inner], aᵥ [channels, inner], cᵥ [tokens, inner], ω [lanes], wᵥ and bᵥ [inner], s1
    /// and s2 [tokens].
    float *key_w, *channel_values, *token_values, *mean_scores, *value_w, *value_b, *s1, *s2;

    TokenSums(Layout &layout, const TokenShape &s);

    /// Turns the sums into the gradients and overwrites these, except bₖ, whose gradient is zero,
    /// and the queries where every sample has its own. Adds to the sum of wₖ.
    void unfold(const TokenShape &s, const TokenInputs &in, const TokenGradients &out) const;

  private:
    void copy_values(const TokenShape &s, const TokenGradients &out) const;
    void copy_keys(const TokenShape &s, const TokenGradients &out) const;
    void
    through_scores(const TokenShape &s, const TokenInputs &in, const TokenGradients &out) const;
};

/// The buffers of one thread in backward.
struct TokenBackwardBuffers {
    TokenSums sums;
    /// dA and then dS [samples, tokens, lanes], dK and dV [samples, tokens, inner] of a chunk, the
    /// latter when formed.
    float *dweights, *dkeys, *dvalues;
    /// doutᵀ of one head [head width, head lanes], and aᵥ·doutᵀ [channels, head lanes] without
    /// formed values.
    float *turned, *turned_mixed;
    /// wᵥ·doutᵀ [lanes], and scratch [lanes].
    float *value_scores, *projections;
    TokenTables tables;

    TokenBackwardBuffers(Layout &layout, const TokenShape &s);
};

/// The state that all threads share in backward.
struct TokenSharedBackward {
    TokenTables tables;
    TokenSums total;

    TokenSharedBackward(Layout &layout, const TokenShape &s);
};

/// Arguments of the forward pass.
struct TokenForward {
    const TokenShape &s;
    const TokenInputs &in;
    const TokenTables &shared_tables;
    bool saves;
    const SavedTokens &saved;
    /// [samples, n, inner], overwritten.
    float *out;

    /// Computes the samples of one thread.
    void run(int64_t part, const TokenForwardBuffers &own) const;
};

/// Arguments of the backward pass.
struct TokenBackward {
    const TokenShape &s;
    const TokenInputs &in;
    const TokenTables &shared_tables;
    const SavedTokens &saved;
    /// [samples, n, inner].
    const float *dout;
    /// The gradient of the queries, overwritten where every sample has its own and left alone
    /// otherwise.
    float *dq;

    /// Computes the samples of one thread and clears and fills the sums in `own`.
    void run(int64_t part, const TokenBackwardBuffers &own) const;
};

} // namespace ct_fused
