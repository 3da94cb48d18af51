#pragma once

#include <cstddef>
#include <cstdint>

namespace ct_fused {

/// Number of threads that LibTorch may use for one operation. Not to be asked within `parallel`, where it is another.
int64_t thread_count();

void run_parallel(int64_t parts, void (*body)(int64_t part, void *context), void *context);

/// Calls body(part) for every part once, on LibTorch's own threads where they can be had, in any order and at the
/// same time. The body must not throw.
template <class Body>
void parallel(int64_t parts, Body &&body) {
    run_parallel(
        parts, [](int64_t part, void *context) { (*static_cast<Body *>(context))(part); },
        const_cast<void *>(static_cast<const void *>(&body)));
}

/// Scratch memory of the calling thread, kept from call to call. Slices are aligned to cache lines, and those of
/// different parts never share a page.
class Workspace {
  public:
    /// `shared` floats for everyone and `each` floats for every part. Earlier slices become invalid.
    Workspace(int64_t parts, int64_t shared, int64_t each);

    float *shared() const { return base_; }
    float *part(int64_t index) const { return base_ + shared_ + index * each_; }

    static int64_t rounded(int64_t floats) { return (floats + 15) / 16 * 16; }

  private:
    float *base_;
    int64_t shared_, each_;
};

/// Hands out consecutive aligned pieces of one slice; without memory it only counts.
class Layout {
  public:
    explicit Layout(float *base = nullptr) : base_(base) {}
    float *take(int64_t floats) {
        float *piece = base_ == nullptr ? nullptr : base_ + size_;
        size_ += Workspace::rounded(floats);
        return piece;
    }
    int64_t size() const { return size_; }

  private:
    float *base_;
    int64_t size_ = 0;
};

/// out = Σ_part slices[part][0 ..< count], summed in the order of the parts.
void reduce_parts(int64_t parts, const float *const *slices, int64_t count, float *out);

struct Range {
    int64_t first, last;
    int64_t count() const { return last - first; }
};

/// The part-th of `parts` nearly equal consecutive pieces of 0 ..< count.
inline Range piece(int64_t count, int64_t parts, int64_t part) {
    return {count * part / parts, count * (part + 1) / parts};
}

}  // namespace ct_fused
