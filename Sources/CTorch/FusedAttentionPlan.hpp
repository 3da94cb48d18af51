#pragma once

#include "FusedKernels.hpp"
#include "FusedRuntime.hpp"

#include <cstdint>
#include <vector>

namespace ct_fused {

/// Shape of one attention call: samples, rows and widths.
struct AttentionShape {
    int64_t query_samples, n, context_samples, m, d, heads, head_width, pairs;
    /// Rows of each query sample that are computed: n, or 1 for the last query alone.
    int64_t queries;
    /// Queries and context are the same samples under the same normalisation.
    bool shared;

    int64_t inner() const { return heads * head_width; }
    /// Width of a row of projected queries: every head's query, taken back to the width of the
    /// context.
    int64_t wide() const { return heads * d; }
    int64_t padded_d() const { return padded_to_8(d); }
    int64_t padded_m() const { return padded_to_8(m); }
    int64_t padded_queries() const { return padded_to_8(queries); }
    /// Floats of the attention weights of one head and of all heads of one pair.
    int64_t head_weights() const { return queries * padded_m(); }
    int64_t weights() const { return heads * head_weights(); }
    /// Values can be projected once per context row, or once per query row after mixing: whichever
    /// has fewer rows.
    bool projects_context() const { return context_samples * m < pairs * queries; }
    /// The computed query rows are exactly the context rows, so both share one buffer.
    bool query_is_context() const { return shared && queries == n; }
};

/// The order of work. Samples that meet in a pair belong to one chunk, so every gradient row is
/// written by one thread, in a fixed order. Chunks are cut to fit the second-level cache.
struct AttentionPlan {
    struct Pair {
        /// Positions in `queries` and `contexts`, and the output sample.
        int64_t query, context, out;
    };
    /// Consecutive entries of `queries`, `contexts` and `pairs`.
    struct Chunk {
        Range queries, contexts, pairs;
    };

    AttentionShape shape;
    bool identity;
    /// Sample numbers in the order of work. With shared samples both are the same.
    std::vector<int64_t> queries, contexts;
    std::vector<Pair> pairs;
    std::vector<Chunk> chunks;
    /// Chunks of every thread.
    std::vector<Range> parts;
    /// The largest number of each in one chunk.
    int64_t most_queries = 0, most_contexts = 0, most_pairs = 0;

    /// NULL indices stand for the identity.
    AttentionPlan(
        const AttentionShape &shape, const int64_t *query_index, const int64_t *context_index);

    int64_t part_count() const { return static_cast<int64_t>(parts.size()); }
    /// The largest number of rows of values (formed or mixed) in one chunk.
    int64_t most_value_rows() const {
        return shape.projects_context() ? most_contexts * shape.m : most_pairs * shape.queries;
    }

  private:
    void cut(const std::vector<Chunk> &components);
    void add_chunks(const Chunk *components, Range range, int64_t floats);
};

} // namespace ct_fused
