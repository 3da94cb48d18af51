#pragma once

#include <c10/util/intrusive_ptr.h>
#include <torch/custom_class_detail.h>

#include <cstdint>
#include <vector>

#include "FusedRuntime.hpp"

namespace ct_fused {

/// Shape of one attention call: samples, rows and widths.
struct AttentionShape {
    int64_t query_samples, n, context_samples, m, d, heads, head_width, pairs;
    /// Rows of each query sample that are computed: n, or 1 with the last query alone.
    int64_t queries;
    /// Queries and context are the same samples under the same normalisation.
    bool shared;

    int64_t inner() const { return heads * head_width; }
    /// Width of a row of projected queries: every head's query, taken back to the width of the context.
    int64_t wide() const { return heads * d; }
    int64_t padded_m() const { return (m + 7) / 8 * 8; }
    int64_t padded_queries() const { return (queries + 7) / 8 * 8; }
    /// Floats of the attention weights of one pair.
    int64_t weights() const { return queries * heads * padded_m(); }
    /// Values can be projected once per context row, or once per query row after they were mixed: whichever is rarer.
    bool projects_context() const { return context_samples * m < pairs * queries; }
};

/// Which samples are worked on together. Samples that meet in a pair belong to one chunk, so that every gradient row
/// is written by one thread, in a fixed order; chunks are cut to fit the second-level cache.
struct AttentionPlan : torch::CustomClassHolder {
    struct Pair {
        /// Positions in `queries` and `contexts`, and the output sample.
        int64_t query, context, out;
    };
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

    /// The indices may be null, which stands for the identity.
    AttentionPlan(const AttentionShape &shape, const int64_t *query_index, const int64_t *context_index);
};

}  // namespace ct_fused
