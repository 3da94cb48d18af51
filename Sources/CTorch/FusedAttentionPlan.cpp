#include "FusedAttentionPlan.hpp"

#include <algorithm>
#include <numeric>

namespace ct_fused {
namespace {

// Floats of intermediates per chunk: with their gradients and the weights they stay within a 1 MiB cache.
constexpr int64_t kChunkFloats = 96 * 1024;

struct Component {
    Range queries, contexts, pairs;
};

int64_t root(std::vector<int64_t> &parent, int64_t node) {
    while (parent[node] != node) {
        parent[node] = parent[parent[node]];
        node = parent[node];
    }
    return node;
}

}  // namespace

AttentionPlan::AttentionPlan(const AttentionShape &s, const int64_t *query_index, const int64_t *context_index)
    : shape(s), identity(query_index == nullptr) {
    // Nodes are samples; those of the context follow those of the queries unless they are the same.
    const int64_t base = s.shared ? 0 : s.query_samples;
    const int64_t nodes = base + s.context_samples;
    const auto query = [&](int64_t pair) { return identity ? pair : query_index[pair]; };
    const auto context = [&](int64_t pair) { return base + (identity ? pair : context_index[pair]); };

    std::vector<int64_t> parent(nodes);
    std::iota(parent.begin(), parent.end(), 0);
    std::vector<bool> used(nodes, false);
    for (int64_t pair = 0; pair < s.pairs; ++pair) {
        const int64_t a = root(parent, query(pair)), b = root(parent, context(pair));
        parent[std::max(a, b)] = std::min(a, b);
        used[query(pair)] = used[context(pair)] = true;
    }

    // Components are numbered by their first sample, and everything is counted, then placed, component by component.
    std::vector<int64_t> number(nodes, -1);
    std::vector<int64_t> query_end, context_end, pair_end;
    for (int64_t node = 0; node < nodes; ++node) {
        if (!used[node]) continue;
        const int64_t top = root(parent, node);
        if (top == node) {
            number[node] = static_cast<int64_t>(pair_end.size());
            query_end.push_back(0);
            context_end.push_back(0);
            pair_end.push_back(0);
        } else {
            number[node] = number[top];
        }
        if (s.shared || node < base) ++query_end[number[node]];
        if (s.shared || node >= base) ++context_end[number[node]];
    }
    for (int64_t pair = 0; pair < s.pairs; ++pair) ++pair_end[number[query(pair)]];
    const int64_t count = static_cast<int64_t>(pair_end.size());
    std::vector<Component> components(count);
    Component last = {};
    for (int64_t i = 0; i < count; ++i) {
        last = {{last.queries.last, last.queries.last + query_end[i]},
                {last.contexts.last, last.contexts.last + context_end[i]},
                {last.pairs.last, last.pairs.last + pair_end[i]}};
        components[i] = last;
        query_end[i] = last.queries.first;
        context_end[i] = last.contexts.first;
        pair_end[i] = last.pairs.first;
    }
    queries.resize(last.queries.last);
    contexts.resize(last.contexts.last);
    pairs.resize(s.pairs);
    std::vector<int64_t> query_position(nodes), context_position(nodes);
    for (int64_t node = 0; node < nodes; ++node) {
        if (!used[node]) continue;
        if (s.shared || node < base) {
            query_position[node] = query_end[number[node]]++;
            queries[query_position[node]] = node;
        }
        if (s.shared || node >= base) {
            context_position[node] = context_end[number[node]]++;
            contexts[context_position[node]] = node - base;
        }
    }
    for (int64_t pair = 0; pair < s.pairs; ++pair) {
        const int64_t a = query(pair);
        pairs[pair_end[number[a]]++] = {query_position[a], context_position[context(pair)], pair};
    }

    // Threads get consecutive components of nearly equal arithmetic.
    const auto cost = [&](const Component &c) {
        const int64_t rows = c.queries.count() * s.queries
                             + (s.projects_context() ? c.contexts.count() * s.m : c.pairs.count() * s.queries);
        return rows * s.d * s.wide() + 2 * c.pairs.count() * s.queries * s.heads * s.padded_m() * s.d;
    };
    const auto footprint = [&](const Component &c) {
        const int64_t rows = c.queries.count() * s.queries
                             + (s.projects_context() ? c.contexts.count() * s.m : c.pairs.count() * s.queries);
        return rows * s.wide() + c.pairs.count() * s.weights() + c.contexts.count() * s.m * 2 * s.d;
    };
    double total = 0;
    for (const Component &c : components) total += static_cast<double>(cost(c));
    const int64_t threads = std::min(thread_count(), count);
    int64_t begin = 0;
    double done = 0;
    for (int64_t thread = 0; thread < threads; ++thread) {
        const double target = total * static_cast<double>(thread + 1) / static_cast<double>(threads);
        int64_t end = begin, floats = 0;
        for (const bool last_thread = thread + 1 == threads; end < count;) {
            const double own = static_cast<double>(cost(components[end]));
            if (!last_thread && done + 0.5 * own >= target) break;
            done += own;
            floats += footprint(components[end]);
            ++end;
        }
        const int64_t wanted = std::max<int64_t>(1, std::min(end - begin, (floats + kChunkFloats - 1) / kChunkFloats));
        const int64_t first_chunk = static_cast<int64_t>(chunks.size());
        for (int64_t i = 0; i < wanted && end > begin; ++i) {
            const Range range = piece(end - begin, wanted, i);
            const Component &a = components[begin + range.first], &b = components[begin + range.last - 1];
            const Chunk chunk = {{a.queries.first, b.queries.last},
                                 {a.contexts.first, b.contexts.last},
                                 {a.pairs.first, b.pairs.last}};
            chunks.push_back(chunk);
            most_queries = std::max(most_queries, chunk.queries.count());
            most_contexts = std::max(most_contexts, chunk.contexts.count());
            most_pairs = std::max(most_pairs, chunk.pairs.count());
        }
        parts.push_back({first_chunk, static_cast<int64_t>(chunks.size())});
        begin = end;
    }
}

}  // namespace ct_fused
