#include "FusedAttentionPlan.hpp"

#include <algorithm>
#include <numeric>

namespace ct_fused {
namespace {

// Floats of intermediates per chunk: with their gradients and the weights they stay within a 1 MiB
// cache.
constexpr int64_t kChunkFloats = 96 * 1024;

// Samples that are connected through pairs. They are placed by the same rules as chunks.
typedef AttentionPlan::Chunk Component;

// Nodes are samples. Those of the context follow those of the queries, unless both are the same.
struct Graph {
    const AttentionShape &s;
    const int64_t *query_index, *context_index;
    int64_t base, nodes;
    // The parent of every node in a forest with one tree per component. The root is its lowest
    // node.
    std::vector<int64_t> parent;
    std::vector<bool> used;

    Graph(const AttentionShape &shape, const int64_t *queries, const int64_t *contexts)
        : s(shape),
          query_index(queries),
          context_index(contexts),
          base(s.shared ? 0 : s.query_samples),
          nodes(base + s.context_samples),
          parent(nodes),
          used(nodes, false) {
        std::iota(parent.begin(), parent.end(), 0);
        for (int64_t pair = 0; pair < s.pairs; ++pair) {
            const int64_t a = root(query(pair)), b = root(context(pair));
            parent[std::max(a, b)] = std::min(a, b);
            used[query(pair)] = used[context(pair)] = true;
        }
    }

    int64_t query(int64_t pair) const { return query_index == nullptr ? pair : query_index[pair]; }
    int64_t context(int64_t pair) const {
        return base + (context_index == nullptr ? pair : context_index[pair]);
    }
    bool is_query(int64_t node) const { return s.shared || node < base; }
    bool is_context(int64_t node) const { return s.shared || node >= base; }

    int64_t root(int64_t node) {
        while (parent[node] != node) {
            parent[node] = parent[parent[node]];
            node = parent[node];
        }
        return node;
    }

    // The component of every used node; components are numbered by their lowest sample.
    std::vector<int64_t> numbers() {
        std::vector<int64_t> number(nodes, -1);
        int64_t count = 0;
        for (int64_t node = 0; node < nodes; ++node) {
            if (!used[node]) continue;
            const int64_t top = root(node);
            number[node] = top == node ? count++ : number[top];
        }
        return number;
    }

    // The places of every component: what belongs to it is counted, and components follow each
    // other.
    std::vector<Component> components(const std::vector<int64_t> &number) const {
        const int64_t count = 1 + *std::max_element(number.begin(), number.end());
        std::vector<int64_t> query_count(count), context_count(count), pair_count(count);
        for (int64_t node = 0; node < nodes; ++node) {
            if (!used[node]) continue;
            if (is_query(node)) ++query_count[number[node]];
            if (is_context(node)) ++context_count[number[node]];
        }
        for (int64_t pair = 0; pair < s.pairs; ++pair) ++pair_count[number[query(pair)]];
        const auto after = [](const Range &range, int64_t size) {
            return Range{.first = range.last, .last = range.last + size};
        };
        std::vector<Component> places(count);
        Component last = {};
        for (int64_t i = 0; i < count; ++i) {
            last = {
                .queries = after(last.queries, query_count[i]),
                .contexts = after(last.contexts, context_count[i]),
                .pairs = after(last.pairs, pair_count[i])};
            places[i] = last;
        }
        return places;
    }

    // Fills the lists of the plan; within a component everything keeps its order.
    void place(const std::vector<int64_t> &number, std::vector<Component> next, AttentionPlan &plan)
        const {
        plan.queries.resize(next.back().queries.last);
        plan.contexts.resize(next.back().contexts.last);
        plan.pairs.resize(s.pairs);
        std::vector<int64_t> query_position(nodes), context_position(nodes);
        for (int64_t node = 0; node < nodes; ++node) {
            if (!used[node]) continue;
            Component &own = next[number[node]];
            if (is_query(node)) {
                query_position[node] = own.queries.first++;
                plan.queries[query_position[node]] = node;
            }
            if (is_context(node)) {
                context_position[node] = own.contexts.first++;
                plan.contexts[context_position[node]] = node - base;
            }
        }
        for (int64_t pair = 0; pair < s.pairs; ++pair) {
            const int64_t from = query(pair), to = context(pair);
            plan.pairs[next[number[from]].pairs.first++] = {
                .query = query_position[from], .context = context_position[to], .out = pair};
        }
    }
};

// Rows that are projected with a d×d matrix per head.
int64_t projected_rows(const AttentionShape &s, const Component &c) {
    return c.queries.count() * s.queries
           + (s.projects_context() ? c.contexts.count() * s.m : c.pairs.count() * s.queries);
}

// Multiplications of the forward pass.
double cost(const AttentionShape &s, const Component &c) {
    const int64_t scores = c.pairs.count() * s.queries * s.heads * s.padded_m();
    return static_cast<double>(projected_rows(s, c) * s.d * s.wide() + 2 * scores * s.d);
}

// Floats that are live at once.
int64_t footprint(const AttentionShape &s, const Component &c) {
    return projected_rows(s, c) * s.wide() + c.pairs.count() * s.weights()
           + c.contexts.count() * s.m * 2 * s.d;
}

} // namespace

AttentionPlan::AttentionPlan(
    const AttentionShape &s, const int64_t *query_index, const int64_t *context_index)
    : shape(s), identity(query_index == nullptr) {
    Graph graph(s, query_index, context_index);
    const std::vector<int64_t> number = graph.numbers();
    const std::vector<Component> components = graph.components(number);
    graph.place(number, components, *this);
    cut(components);
}

// Gives the threads consecutive components of nearly equal cost.
void AttentionPlan::cut(const std::vector<Chunk> &components) {
    double total = 0;
    for (const Component &one : components) total += cost(shape, one);
    const int64_t count = static_cast<int64_t>(components.size());
    const int64_t threads = std::min(thread_count(), count);
    int64_t begin = 0;
    double done = 0;
    for (int64_t thread = 0; thread < threads; ++thread) {
        const double target =
            total * static_cast<double>(thread + 1) / static_cast<double>(threads);
        const bool is_last = thread + 1 == threads;
        int64_t end = begin, floats = 0;
        for (; end < count; ++end) {
            const double own = cost(shape, components[end]);
            if (!is_last && done + 0.5 * own >= target) break;
            done += own;
            floats += footprint(shape, components[end]);
        }
        add_chunks(components.data(), {.first = begin, .last = end}, floats);
        begin = end;
    }
}

// Cuts the components of one thread, which take `floats` in all, into chunks of nearly equal
// numbers of components.
void AttentionPlan::add_chunks(const Chunk *components, Range range, int64_t floats) {
    const int64_t wanted =
        std::max<int64_t>(1, std::min(range.count(), (floats + kChunkFloats - 1) / kChunkFloats));
    const int64_t first_chunk = static_cast<int64_t>(chunks.size());
    for (int64_t i = 0; i < wanted && range.count() > 0; ++i) {
        const Range own = piece(range.count(), wanted, i);
        const Component &a = components[range.first + own.first];
        const Component &b = components[range.first + own.last - 1];
        const Chunk chunk = {
            .queries = {.first = a.queries.first, .last = b.queries.last},
            .contexts = {.first = a.contexts.first, .last = b.contexts.last},
            .pairs = {.first = a.pairs.first, .last = b.pairs.last}};
        chunks.push_back(chunk);
        most_queries = std::max(most_queries, chunk.queries.count());
        most_contexts = std::max(most_contexts, chunk.contexts.count());
        most_pairs = std::max(most_pairs, chunk.pairs.count());
    }
    parts.push_back({.first = first_chunk, .last = static_cast<int64_t>(chunks.size())});
}

} // namespace ct_fused
