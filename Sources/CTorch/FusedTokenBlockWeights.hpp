// The cross-attention from latents to the tokens of several streams: what is computed of parameters
// and positions, and their gradients. Pure arithmetic, without tensors.
//
// With γ and β of the tokens' LayerNorm and the projection Wkv [row, width], keys before values,
// G = Wkv·diag(γ), w = Σ_columns G and b = Wkv·β. For a stream with data of C channels, positions P
// and identity e, a = G[:, data]ᵀ, c = P·G[:, position]ᵀ + G[:, identity]·e, and s1 and s2 are the
// sums over each constant part. FusedTokenAttentionPasses.hpp says what they are for.
#pragma once

#include "FusedRuntime.hpp"
#include "FusedTokenAttentionPasses.hpp"

#include <vector>

namespace ct_fused {

/// One stream of a block.
struct StreamShape {
    TokenShape tokens;
    /// The width of the positions, 0 without any, and the first sample among those of all streams.
    int64_t positions, first_sample;
};

struct TokenBlockShape {
    /// Latents per sample, their width, heads, columns of a token and of its identity, and samples
    /// of all streams.
    int64_t n, d, heads, head_width, width, identity, samples;
    /// Every sample has latents of its own.
    bool own_latents;
    std::vector<StreamShape> streams;

    int64_t inner() const { return heads * head_width; }
    int64_t row() const { return 2 * inner(); }
    /// Rows of the queries.
    int64_t query_rows() const { return own_latents ? samples * n : n; }
    int64_t identity_column() const { return width - identity; }
    int64_t most_channels() const;
    int64_t position_column(const StreamShape &stream) const {
        return identity_column() - stream.positions;
    }
};

/// The parameters: γ and β of the latents [d] and of the tokens [width]; Wq [inner, d];
/// Wkv [row, width]; Wo [d, inner]; bo [d].
struct TokenBlockWeights {
    const float *gamma_q, *beta_q, *gamma_c, *beta_c, *wq, *wkv, *wo, *bo;
};

/// The gradients of TokenBlockWeights and of each stream's identity, to add to.
struct TokenBlockGradients {
    float *gamma_q, *beta_q, *gamma_c, *beta_c, *wq, *wkv, *wo, *bo;
    std::vector<float *> identities;
};

/// The inputs of a stream: data and mask as in TokenInputs; positions [tokens, positions], NULL
/// without any; identity [identity]; sums over positions and over their squares [tokens].
struct StreamInputs {
    const float *data;
    const bool *mask;
    const float *positions, *identity, *sums, *squares;
};

/// c, s1 and s2 of one stream, and what its attention computes of them and of shared queries.
struct StreamTables {
    float *c, *s1, *s2;
    TokenTables scores;

    StreamTables(Layout &layout, const TokenBlockShape &s, const StreamShape &stream);
};

/// All that is computed before the tokens are read. Forward keeps it for backward.
struct TokenBlockTables {
    /// Gᵀ [width, row], whose first rows are the a of every stream; w and b [row].
    float *turned, *w, *b;
    /// The latents without the affine part of their LayerNorm, and with it, [query rows, d];
    /// 1/deviation [query rows]; the queries as TokenInputs wants them.
    float *normalised, *affine, *rstd, *queries;
    std::vector<StreamTables> streams;

    TokenBlockTables(Layout &layout, const TokenBlockShape &s);

    /// Overwrites all but the streams' tables.
    void fill(const TokenBlockShape &s, const TokenBlockWeights &w, const float *latents) const;

    /// Overwrites the tables of one stream. Needs the others.
    void fill_stream(const TokenBlockShape &s, size_t index, const StreamInputs &in) const;

    /// The inputs of one stream for its attention.
    TokenInputs inputs(const TokenBlockShape &s, size_t index, const StreamInputs &in) const;

    /// The tables of one stream's attention; NULL where every sample has its own.
    const TokenTables *scores(const TokenBlockShape &s, size_t index) const {
        return s.own_latents ? nullptr : &streams[index].scores;
    }

  private:
    void fill_queries(const TokenBlockShape &s, const TokenBlockWeights &w) const;
};

/// The gradients of one stream's tables, and of its queries where all samples share theirs.
struct StreamTableGradients {
    float *q, *a, *c, *w, *b, *s1, *s2;

    StreamTableGradients(Layout &layout, const TokenBlockShape &s, const StreamShape &stream);
};

/// The gradients of TokenBlockTables, and scratch for what follows from them.
struct TokenBlockTableGradients {
    std::vector<StreamTableGradients> streams;
    /// Of own queries, in the order of TokenInputs [samples, heads, n, head width], and of queries
    /// in rows [query rows, inner]; of the normalised latents with their affine part, and without
    /// it, [query rows, d].
    float *own_queries, *query_rows, *affine, *normalised;
    /// Of a, summed over streams, [most channels, row]; of G [row, width]; of w and b [row]; of the
    /// identities' columns of c, summed over tokens, [streams, row]; what each panel of rows adds
    /// to dγ and dβ of the tokens, [panels, 2, width].
    float *channels, *scaled, *w, *b, *identity_sums, *norm_sums;

    TokenBlockTableGradients(Layout &layout, const TokenBlockShape &s);

    /// Adds the gradients of the parameters but Wo and bo, and of the identities. Overwrites that
    /// of the latents [query rows, d], whose gradient through the residual is `residual`.
    void unfold(
        const TokenBlockShape &s, const TokenBlockWeights &w, const TokenBlockTables &tables,
        const std::vector<StreamInputs> &in, const float *residual, const TokenBlockGradients &to,
        float *dlatents) const;

  private:
    void add_stream_sums(const TokenBlockShape &s) const;
    void sum_channels(const TokenBlockShape &s) const;
    void unfold_scaled(
        const TokenBlockShape &s, const TokenBlockWeights &w, const std::vector<StreamInputs> &in,
        const TokenBlockGradients &to) const;
    void add_identity(
        const TokenBlockShape &s, const TokenBlockTables &tables, size_t index,
        const StreamInputs &in, float *to) const;
    void unfold_queries(
        const TokenBlockShape &s, const TokenBlockWeights &w, const TokenBlockTables &tables,
        const float *residual, const TokenBlockGradients &to, float *dlatents) const;
    void gather_scaled(
        const TokenBlockShape &s, const std::vector<StreamInputs> &in, const Range &rows) const;
};

} // namespace ct_fused
