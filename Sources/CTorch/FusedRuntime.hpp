#pragma once

#include <c10/util/Exception.h>

#include <cstddef>
#include <cstdint>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CT_ADDRESS_SANITIZER 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define CT_ADDRESS_SANITIZER 1
#endif
#if defined(CT_ADDRESS_SANITIZER)
#include <sanitizer/asan_interface.h>
#endif

namespace ct_fused {

/// Number of threads that LibTorch may use for one operation. Inside `parallel` it is a different
/// number, so ask before.
int64_t thread_count();

void run_parallel(int64_t parts, void (*body)(int64_t part, void *context), void *context);

/// Calls body(part) once for every part, in any order and concurrently, on LibTorch's own threads
/// where possible. Rethrows the first exception of a part after all parts have ended.
template <class Body>
void parallel(int64_t parts, Body &&body) {
    run_parallel(
        parts, [](int64_t part, void *context) { (*static_cast<Body *>(context))(part); },
        const_cast<void *>(static_cast<const void *>(&body)));
}

/// `count` rounded up to a multiple of `step`.
constexpr int64_t rounded_up(int64_t count, int64_t step) {
    return (count + step - 1) / step * step;
}

/// Hands out consecutive pieces of a memory block, aligned to cache lines. Without memory it only
/// counts.
///
/// A struct of buffers takes its pieces in its constructor, `Buffers(Layout &, shape …)`.
/// `floats_of` counts with that constructor and `laid_out` hands out with it, so the two cannot
/// disagree.
class Layout {
  public:
    /// Counts only; every piece is NULL.
    Layout() = default;

    Layout(float *base, int64_t capacity) : base_(base), capacity_(capacity) {}

    /// A piece of undefined content. Throws when the memory is too small.
    float *take(int64_t floats) {
        const int64_t first = size_;
        size_ += rounded_up(floats, kCacheLine) + kGuard;
        if (base_ == nullptr) return nullptr;
        TORCH_INTERNAL_ASSERT(
            floats >= 0 && size_ <= capacity_, "a workspace of ", capacity_, " floats cannot hold ",
            size_);
#if defined(CT_ADDRESS_SANITIZER)
        // Without this, a step beyond the end of one piece would go unnoticed in the next.
        ASAN_POISON_MEMORY_REGION(base_ + first + floats, (size_ - first - floats) * sizeof(float));
#endif
        return base_ + first;
    }

    /// The start of the next piece.
    float *next() const { return base_ == nullptr ? nullptr : base_ + size_; }

    /// Allows the pieces from `begin` on, and the gaps between them, to be used as one block.
    void join([[maybe_unused]] float *begin) const {
#if defined(CT_ADDRESS_SANITIZER)
        if (base_ != nullptr) ASAN_UNPOISON_MEMORY_REGION(begin, (next() - begin) * sizeof(float));
#endif
    }

    int64_t size() const { return size_; }

  private:
    static constexpr int64_t kCacheLine = 16;
#if defined(CT_ADDRESS_SANITIZER)
    static constexpr int64_t kGuard = kCacheLine;
#else
    static constexpr int64_t kGuard = 0;
#endif

    float *base_ = nullptr;
    int64_t capacity_ = 0, size_ = 0;
};

/// Number of floats that a struct of buffers takes for a shape.
template <class Buffers, class... Shape>
int64_t floats_of(const Shape &...shape) {
    Layout counting;
    static_cast<void>(Buffers(counting, shape...));
    return counting.size();
}

/// A struct of buffers for a shape, placed in the given memory.
template <class Buffers, class... Shape>
Buffers laid_out(Layout layout, const Shape &...shape) {
    return Buffers(layout, shape...);
}

/// Scratch memory of the calling thread, kept from call to call. Slices of different parts never
/// share a page.
class Workspace {
  public:
    /// `shared` floats for everyone and `each` floats for every part. Invalidates the thread's
    /// earlier workspace.
    Workspace(int64_t parts, int64_t shared, int64_t each);

    Layout shared() const { return Layout(base_, shared_); }
    Layout part(int64_t index) const { return Layout(base_ + first_ + index * stride_, each_); }

  private:
    float *base_;
    int64_t shared_, each_;
    // The beginning of the first part, and the distance between parts.
    int64_t first_, stride_;
};

/// out = Σ_part slices[part][0 ..< count], added in the order of the parts.
void reduce_parts(int64_t parts, const float *const *slices, int64_t count, float *out);

struct Range {
    int64_t first, last;
    int64_t count() const { return last - first; }
};

/// The part-th of `parts` nearly equal consecutive pieces of 0 ..< count.
inline Range piece(int64_t count, int64_t parts, int64_t part) {
    return {.first = count * part / parts, .last = count * (part + 1) / parts};
}

} // namespace ct_fused
