// Included by one source file per instruction set, which defines CT_WIDTH (lanes of a register),
// CT_REGISTERS, CT_NAMESPACE, CT_NAME and ct_sqrt. There is deliberately no include guard and no
// #include here: the including file switches the target around this text, and library headers must
// stay outside of that.

namespace ct_fused {
namespace CT_NAMESPACE {
namespace {

#define CT_INLINE static inline __attribute__((always_inline))

constexpr int kWidth = CT_WIDTH;

template <int Lanes>
struct Register {
    typedef float Floats __attribute__((vector_size(Lanes * 4)));
    typedef int32_t Integers __attribute__((vector_size(Lanes * 4)));
    typedef float Unaligned __attribute__((vector_size(Lanes * 4), aligned(4), may_alias));
};

typedef Register<kWidth>::Floats V;
typedef Register<kWidth>::Integers I;
typedef Register<kWidth>::Unaligned U;

CT_INLINE V load(const float *p) { return *reinterpret_cast<const U *>(p); }
CT_INLINE void store(float *p, V v) { *reinterpret_cast<U *>(p) = v; }
CT_INLINE V splat(float x) { return V{} + x; }

CT_INLINE V load_part(const float *p, int64_t count) {
    V v{};
    for (int64_t i = 0; i < count; ++i) v[i] = p[i];
    return v;
}
CT_INLINE void store_part(float *p, V v, int64_t count) {
    for (int64_t i = 0; i < count; ++i) p[i] = v[i];
}
CT_INLINE V load_some(const float *p, int64_t count) {
    return count >= kWidth ? load(p) : load_part(p, count);
}
CT_INLINE void store_some(float *p, V v, int64_t count) {
    if (count >= kWidth) {
        store(p, v);
    } else {
        store_part(p, v, count);
    }
}

#if CT_WIDTH == 16
CT_INLINE V swap_lanes_8(V v) {
    return __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
}
CT_INLINE V swap_lanes_4(V v) {
    return __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
}
CT_INLINE V swap_lanes_2(V v) {
    return __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
}
CT_INLINE V swap_lanes_1(V v) {
    return __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
}
#elif CT_WIDTH == 8
CT_INLINE V swap_lanes_4(V v) { return __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3); }
CT_INLINE V swap_lanes_2(V v) { return __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5); }
CT_INLINE V swap_lanes_1(V v) { return __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6); }
#else
CT_INLINE V swap_lanes_2(V v) { return __builtin_shufflevector(v, v, 2, 3, 0, 1); }
CT_INLINE V swap_lanes_1(V v) { return __builtin_shufflevector(v, v, 1, 0, 3, 2); }
#endif

CT_INLINE float sum(V v) {
#if CT_WIDTH >= 16
    v = v + swap_lanes_8(v);
#endif
#if CT_WIDTH >= 8
    v = v + swap_lanes_4(v);
#endif
    v = v + swap_lanes_2(v);
    v = v + swap_lanes_1(v);
    return v[0];
}

// exp for arguments ≤ 0: 2^k · e^r with |r| ≤ ln2/2, relative error below 1e-7.
template <int Lanes>
CT_INLINE typename Register<Lanes>::Floats exp_negative_of(typename Register<Lanes>::Floats x) {
    typedef typename Register<Lanes>::Floats Floats;
    typedef typename Register<Lanes>::Integers Integers;
    const Floats magic = Floats{} + 12582912.0f, least = Floats{} - 87.0f;
    x = x > least ? x : least;
    const Floats shifted = x * 1.44269504088896341f + magic;
    const Floats k = shifted - magic;
    Floats r = k * -0.693359375f + x;
    r = k * 2.12194440e-4f + r;
    Floats p = Floats{} + 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.0f;
    const Integers exponent = ((Integers)shifted - (Integers)magic) << 23;
    return (Floats)((Integers)p + exponent);
}

CT_INLINE V exp_negative(V x) { return exp_negative_of<kWidth>(x); }

// The normal distribution: cdf and density share one exponential. Φ(−|x|) = e^(−x²/2)·t·P(t) with
// t = 1 / (1 + 0.3·|x|); P is our own minimax fit over |x| ≤ 10, relative error 5e-8.
CT_INLINE void normal(V x, V &cdf, V &density) {
    const V magnitude = (V)((I)x & 0x7fffffff);
    const V e = exp_negative(x * x * -0.5f);
    const V t = 1.0f / (magnitude * 0.3f + 1.0f);
    V p = splat(0.037548065185546875f);
    p = p * t - 0.16507764160633087f;
    p = p * t + 0.22008544206619263f;
    p = p * t - 0.0665246844291687f;
    p = p * t + 0.135496586561203f;
    p = p * t + 0.09775600582361221f;
    p = p * t + 0.12111121416091919f;
    p = p * t + 0.11960504204034805f;
    const V tail = e * t * p;
    cdf = x < 0.0f ? tail : 1.0f - tail;
    density = e * 0.3989422804014327f;
}

void normalise(const float *x, int64_t rows, int64_t width, float *normalised, float *rstd) {
    const float inverse = 1.0f / static_cast<float>(width);
    for (int64_t row = 0; row < rows; ++row, x += width, normalised += width) {
        V total{};
        int64_t i = 0;
        for (; i + kWidth <= width; i += kWidth) total += load(x + i);
        float mean = sum(total);
        for (; i < width; ++i) mean += x[i];
        mean *= inverse;

        V squares{};
        for (i = 0; i + kWidth <= width; i += kWidth) {
            const V centred = load(x + i) - mean;
            squares = centred * centred + squares;
        }
        float variance = sum(squares);
        for (; i < width; ++i) variance += (x[i] - mean) * (x[i] - mean);
        const float scale = 1.0f / __builtin_sqrtf(variance * inverse + 1e-5f);

        for (i = 0; i + kWidth <= width; i += kWidth)
            store(normalised + i, (load(x + i) - mean) * scale);
        for (; i < width; ++i) normalised[i] = (x[i] - mean) * scale;
        if (rstd != nullptr) rstd[row] = scale;
    }
}

void normalise_backward(
    const float *g, const float *normalised, const float *rstd, const float *base, int64_t rows,
    int64_t width, float *out) {
    const float inverse = 1.0f / static_cast<float>(width);
    for (int64_t row = 0; row < rows; ++row, g += width, normalised += width, out += width) {
        V plain{}, weighted{};
        int64_t i = 0;
        for (; i + kWidth <= width; i += kWidth) {
            const V value = load(g + i);
            plain += value;
            weighted = value * load(normalised + i) + weighted;
        }
        float mean = sum(plain), projection = sum(weighted);
        for (; i < width; ++i) {
            mean += g[i];
            projection += g[i] * normalised[i];
        }
        mean *= inverse;
        projection *= inverse;
        const float scale = rstd[row];
        for (i = 0; i + kWidth <= width; i += kWidth) {
            V value = (load(g + i) - mean - load(normalised + i) * projection) * scale;
            if (base != nullptr) value += load(base + i);
            store(out + i, value);
        }
        for (; i < width; ++i) {
            const float value = (g[i] - mean - normalised[i] * projection) * scale;
            out[i] = base != nullptr ? base[i] + value : value;
        }
        if (base != nullptr) base += width;
    }
}

void add_bias(
    const float *x, const float *second, const float *bias, int64_t rows, int64_t width,
    float *out) {
    for (int64_t row = 0; row < rows; ++row, x += width, out += width) {
        int64_t i = 0;
        for (; i + kWidth <= width; i += kWidth) {
            V value = load(x + i) + load(bias + i);
            if (second != nullptr) value += load(second + i);
            store(out + i, value);
        }
        for (; i < width; ++i) out[i] = x[i] + bias[i] + (second != nullptr ? second[i] : 0.0f);
        if (second != nullptr) second += width;
    }
}

void add(const float *x, int64_t count, float *out) {
    int64_t i = 0;
    for (; i + kWidth <= count; i += kWidth) store(out + i, load(out + i) + load(x + i));
    for (; i < count; ++i) out[i] += x[i];
}

void add_column_sums(const float *x, int64_t rows, int64_t width, float *sums) {
    int64_t i = 0;
    for (; i + 4 * kWidth <= width; i += 4 * kWidth) {
        V s0 = load(sums + i), s1 = load(sums + i + kWidth);
        V s2 = load(sums + i + 2 * kWidth), s3 = load(sums + i + 3 * kWidth);
        const float *p = x + i;
        for (int64_t row = 0; row < rows; ++row, p += width) {
            s0 += load(p);
            s1 += load(p + kWidth);
            s2 += load(p + 2 * kWidth);
            s3 += load(p + 3 * kWidth);
        }
        store(sums + i, s0);
        store(sums + i + kWidth, s1);
        store(sums + i + 2 * kWidth, s2);
        store(sums + i + 3 * kWidth, s3);
    }
    for (; i < width; ++i) {
        float total = sums[i];
        for (int64_t row = 0; row < rows; ++row) total += x[row * width + i];
        sums[i] = total;
    }
}

void geglu(
    const float *a, const float *g, const float *bias_a, const float *bias_g, int64_t rows,
    int64_t width, float *out) {
    for (int64_t row = 0; row < rows; ++row, a += width, g += width, out += width) {
        for (int64_t i = 0; i < width; i += kWidth) {
            const int64_t left = width - i;
            const V gate = load_some(g + i, left) + load_some(bias_g + i, left);
            V cdf, density;
            normal(gate, cdf, density);
            store_some(
                out + i, (load_some(a + i, left) + load_some(bias_a + i, left)) * gate * cdf, left);
        }
    }
}

void geglu_backward(
    const float *a, const float *g, const float *bias_a, const float *bias_g, int64_t rows,
    int64_t width, float *out_gradient, float *da, float *dg, float *sum_a, float *sum_g) {
    for (int64_t i = 0; i < width; i += kWidth) {
        const int64_t left = width - i;
        const V shift_a = load_some(bias_a + i, left), shift_g = load_some(bias_g + i, left);
        V total_a = load_some(sum_a + i, left), total_g = load_some(sum_g + i, left);
        for (int64_t at = i; at < rows * width; at += width) {
            const V value = load_some(a + at, left) + shift_a;
            const V gate = load_some(g + at, left) + shift_g;
            const V d = load_some(out_gradient + at, left);
            V cdf, density;
            normal(gate, cdf, density);
            const V gelu = gate * cdf;
            const V value_gradient = d * gelu;
            const V gate_gradient = d * value * (gate * density + cdf);
            store_some(out_gradient + at, value * gelu, left);
            store_some(da + at, value_gradient, left);
            store_some(dg + at, gate_gradient, left);
            total_a += value_gradient;
            total_g += gate_gradient;
        }
        store_some(sum_a + i, total_a, left);
        store_some(sum_g + i, total_g, left);
    }
}

typedef Register<8>::Floats V8;
typedef Register<8>::Unaligned U8;

void transpose(
    const float *x, int64_t rows, int64_t columns, int64_t x_row, float *out, int64_t out_row) {
    for (int64_t r = 0; r < rows; r += 8) {
        const int64_t some = rows - r < 8 ? rows - r : 8;
        int64_t c = 0;
        for (; c + 8 <= columns; c += 8) {
            V8 v[8];
            for (int64_t i = 0; i < 8; ++i) {
                v[i] = i < some ? V8(*reinterpret_cast<const U8 *>(x + (r + i) * x_row + c)) : V8{};
            }
            V8 w[8];
            for (int i = 0; i < 4; ++i) {
                w[2 * i] =
                    __builtin_shufflevector(v[2 * i], v[2 * i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
                w[2 * i + 1] =
                    __builtin_shufflevector(v[2 * i], v[2 * i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
            }
            for (int i = 0; i < 2; ++i) {
                for (int j = 0; j < 2; ++j) {
                    const V8 a = w[4 * i + j], b = w[4 * i + 2 + j];
                    v[4 * i + j] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
                    v[4 * i + 2 + j] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
                }
            }
            for (int i = 0; i < 4; ++i) {
                const V8 low = __builtin_shufflevector(v[i], v[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
                const V8 high = __builtin_shufflevector(v[i], v[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
                *reinterpret_cast<U8 *>(out + (c + i) * out_row + r) = low;
                *reinterpret_cast<U8 *>(out + (c + 4 + i) * out_row + r) = high;
            }
        }
        for (; c < columns; ++c) {
            for (int64_t i = 0; i < 8; ++i)
                out[c * out_row + r + i] = i < some ? x[(r + i) * x_row + c] : 0.0f;
        }
    }
}

// One block of C held in registers over the whole sum. Of its columns, the first `skip` are not
// written.
template <int Lanes, int Rows, int Vectors>
CT_INLINE void product_block(const Product &s, int64_t row, int64_t column, int64_t skip) {
    typedef typename Register<Lanes>::Floats Floats;
    typedef typename Register<Lanes>::Unaligned Unaligned;
    Floats total[Rows][Vectors];
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
        for (int v = 0; v < Vectors; ++v) total[r][v] = Floats{};
    }
    const int64_t a_row = s.a_row, a_inner = s.a_inner, b_inner = s.b_inner, inner = s.inner;
    for (int64_t outer = 0; outer < s.outer; ++outer) {
        const float *a = s.a + row * a_row + outer * s.a_outer;
        const float *b = s.b + column + outer * s.b_outer;
        for (int64_t k = 0; k < inner; ++k, a += a_inner, b += b_inner) {
            Floats line[Vectors];
#pragma GCC unroll 8
            for (int v = 0; v < Vectors; ++v)
                line[v] = *reinterpret_cast<const Unaligned *>(b + v * Lanes);
#pragma GCC unroll 16
            for (int r = 0; r < Rows; ++r) {
                const Floats factor = Floats{} + a[r * a_row];
#pragma GCC unroll 8
                for (int v = 0; v < Vectors; ++v) total[r][v] = factor * line[v] + total[r][v];
            }
        }
    }
    // The previous value is added last. A sum that starts from it would round every term to its
    // magnitude.
    float *c = s.c + row * s.c_row + column;
    const float *start = s.accumulate ? c : s.first != nullptr ? s.first + column : nullptr;
    const int64_t start_row = s.accumulate ? s.c_row : 0;
    if (start != nullptr) {
#pragma GCC unroll 16
        for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
            for (int v = 0; v < Vectors; ++v) {
                total[r][v] +=
                    *reinterpret_cast<const Unaligned *>(start + r * start_row + v * Lanes);
            }
        }
    }
    if (skip > 0) {
        for (int r = 0; r < Rows; ++r) {
            for (int64_t lane = skip; lane < Lanes; ++lane)
                c[r * s.c_row + lane] = total[r][0][lane];
        }
        return;
    }
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
        for (int v = 0; v < Vectors; ++v) {
            *reinterpret_cast<Unaligned *>(c + r * s.c_row + v * Lanes) = total[r][v];
        }
    }
}

template <int Lanes, int Rows, int Vectors>
void product_rows(const Product &s, int64_t row, int64_t rows, int64_t column, int64_t skip) {
    if (rows == Rows) {
        product_block<Lanes, Rows, Vectors>(s, row, column, skip);
    } else if constexpr (Rows > 1) {
        product_rows<Lanes, Rows - 1, Vectors>(s, row, rows, column, skip);
    }
}

// Rows are split evenly, so that no block is left with a row or two that could not hide the
// latency.
template <int Lanes, int Vectors>
void product_panel(const Product &s, int64_t column, int64_t skip = 0) {
    constexpr int most = CT_REGISTERS >= 32 ? (Vectors == 4 ? 6 : 8)
                                            : (Vectors == 3   ? 4
                                               : Vectors == 2 ? 6
                                                              : 8);
    const int64_t blocks = (s.rows + most - 1) / most;
    for (int64_t block = 0; block < blocks; ++block) {
        const int64_t first = s.rows * block / blocks, last = s.rows * (block + 1) / blocks;
        product_rows<Lanes, most, Vectors>(s, first, last - first, column, skip);
    }
}

template <int Lanes>
int64_t product_panels(const Product &s, int64_t column, int64_t columns) {
    constexpr int most = CT_REGISTERS >= 32 ? 4 : 3;
    while (column + Lanes <= columns) {
        const int64_t vectors = (columns - column) / Lanes;
        if constexpr (most == 4) {
            if (vectors >= 4) {
                product_panel<Lanes, 4>(s, column);
                column += 4 * Lanes;
                continue;
            }
        }
        if (vectors >= 3) {
            product_panel<Lanes, 3>(s, column);
            column += 3 * Lanes;
        } else if (vectors == 2) {
            product_panel<Lanes, 2>(s, column);
            column += 2 * Lanes;
        } else {
            product_panel<Lanes, 1>(s, column);
            column += Lanes;
        }
    }
    return column;
}

void product_part(const Product &s) {
    constexpr int kNarrow = kWidth < 8 ? kWidth : 8;
    int64_t column = 0;
#if CT_WIDTH == 16
    // Half registers waste fewer lanes on 20 keys, and are as fast on cores with 256-bit units.
    column = product_panels<16>(s, 0, s.columns % 16 == 0 ? s.columns : s.columns - s.columns % 64);
#endif
    column = product_panels<kNarrow>(s, column, s.columns);
    if (column == s.columns) return;
    if (s.columns >= kNarrow) {
        const int64_t last = s.columns - kNarrow;
        product_panel<kNarrow, 1>(s, last, column - last);
        return;
    }
    for (; column < s.columns; ++column) {
        for (int64_t row = 0; row < s.rows; ++row) {
            float *c = s.c + row * s.c_row + column;
            float total = 0;
            for (int64_t outer = 0; outer < s.outer; ++outer) {
                const float *a = s.a + row * s.a_row + outer * s.a_outer;
                const float *b = s.b + column + outer * s.b_outer;
                for (int64_t k = 0; k < s.inner; ++k) total += a[k * s.a_inner] * b[k * s.b_inner];
            }
            *c = total + (s.accumulate ? *c : s.first != nullptr ? s.first[column] : 0.0f);
        }
    }
}

// Long sums are cut, because a float that has added up many terms no longer sees the small ones.
constexpr int64_t kLongest = 128;

void product(const Product &s) {
    const int64_t terms = s.inner < kLongest ? s.inner : kLongest;
    const int64_t step = kLongest / (terms > 0 ? terms : 1);
    if (s.outer <= step && s.inner <= kLongest) {
        product_part(s);
        return;
    }
    Product part = s;
    for (int64_t outer = 0; outer < s.outer; outer += step) {
        part.outer = s.outer - outer < step ? s.outer - outer : step;
        for (int64_t k = 0; k < s.inner; k += kLongest) {
            part.inner = s.inner - k < kLongest ? s.inner - k : kLongest;
            part.a = s.a + outer * s.a_outer + k * s.a_inner;
            part.b = s.b + outer * s.b_outer + k * s.b_inner;
            product_part(part);
            part.accumulate = true;
        }
    }
}

bool any_valid(const bool *valid, int64_t count) {
    if (valid == nullptr) return true;
    for (int64_t i = 0; i < count; ++i) {
        if (valid[i]) return true;
    }
    return false;
}

CT_INLINE V8 load8(const float *p) { return *reinterpret_cast<const U8 *>(p); }
CT_INLINE void store8(float *p, V8 v) { *reinterpret_cast<U8 *>(p) = v; }
CT_INLINE float sum8(V8 v) {
    v = v + __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3);
    v = v + __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5);
    return v[0] + v[1];
}
CT_INLINE V8 greater8(V8 a, V8 b) { return a > b ? a : b; }

// Rows of at most four half registers stay in registers from the scores to the weights, so that the
// processor can work on several rows at once. keep holds −1 where a lane counts and 0 elsewhere.
template <int Vectors>
void softmax_short(float *scores, int64_t rows, const Register<8>::Integers *keep) {
    typedef Register<8>::Integers I8;
    for (int64_t row = 0; row < rows; ++row, scores += 8 * Vectors) {
        V8 value[Vectors];
        V8 peak = V8{} - 3.402823466e38f;
#pragma GCC unroll 4
        for (int i = 0; i < Vectors; ++i) {
            value[i] = load8(scores + 8 * i);
            value[i] = keep[i] < 0 ? value[i] : V8{} - 3.402823466e38f;
            peak = greater8(peak, value[i]);
        }
        peak = greater8(peak, __builtin_shufflevector(peak, peak, 4, 5, 6, 7, 0, 1, 2, 3));
        peak = greater8(peak, __builtin_shufflevector(peak, peak, 2, 3, 0, 1, 6, 7, 4, 5));
        peak = greater8(peak, __builtin_shufflevector(peak, peak, 1, 0, 3, 2, 5, 4, 7, 6));
        V8 total{};
#pragma GCC unroll 4
        for (int i = 0; i < Vectors; ++i) {
            const V8 shifted = value[i] - peak;
            const I8 counts = keep[i] & (shifted > -87.0f);
            value[i] = (V8)((I8)exp_negative_of<8>(shifted) & counts);
            total += value[i];
        }
        total += __builtin_shufflevector(total, total, 4, 5, 6, 7, 0, 1, 2, 3);
        total += __builtin_shufflevector(total, total, 2, 3, 0, 1, 6, 7, 4, 5);
        total += __builtin_shufflevector(total, total, 1, 0, 3, 2, 5, 4, 7, 6);
        const V8 scale = 1.0f / total;
#pragma GCC unroll 4
        for (int i = 0; i < Vectors; ++i) store8(scores + 8 * i, value[i] * scale);
    }
}

void softmax_long(float *scores, int64_t rows, int64_t count, int64_t stride, const bool *valid) {
    constexpr float kMasked = -3.402823466e38f;
    for (int64_t row = 0; row < rows; ++row, scores += stride) {
        if (valid != nullptr) {
            for (int64_t i = 0; i < count; ++i) {
                if (!valid[i]) scores[i] = kMasked;
            }
        }
        for (int64_t i = count; i < stride; ++i) scores[i] = kMasked;
        V8 peak = V8{} + kMasked;
        for (int64_t i = 0; i < stride; i += 8) peak = greater8(peak, load8(scores + i));
        float highest = peak[0];
        for (int lane = 1; lane < 8; ++lane) highest = peak[lane] > highest ? peak[lane] : highest;
        V8 total{};
        for (int64_t i = 0; i < stride; i += 8) {
            const V8 shifted = load8(scores + i) - highest;
            V8 e = exp_negative_of<8>(shifted);
            e = shifted < -87.0f ? V8{} : e;
            store8(scores + i, e);
            total += e;
        }
        const float scale = 1.0f / sum8(total);
        for (int64_t i = 0; i < stride; i += 8) store8(scores + i, load8(scores + i) * scale);
    }
}

void softmax(float *scores, int64_t rows, int64_t count, int64_t stride, const bool *valid) {
    if (!any_valid(valid, count)) {
        for (int64_t row = 0; row < rows; ++row) {
            for (int64_t i = 0; i < stride; ++i) {
                scores[row * stride + i] = i < count ? 1.0f / static_cast<float>(count) : 0.0f;
            }
        }
        return;
    }
    if (stride > 32) {
        softmax_long(scores, rows, count, stride, valid);
        return;
    }
    Register<8>::Integers keep[4] = {};
    for (int64_t i = 0; i < count; ++i) {
        if (valid == nullptr || valid[i]) keep[i / 8][i % 8] = -1;
    }
    switch (stride / 8) {
        case 1: softmax_short<1>(scores, rows, keep); break;
        case 2: softmax_short<2>(scores, rows, keep); break;
        case 3: softmax_short<3>(scores, rows, keep); break;
        default: softmax_short<4>(scores, rows, keep); break;
    }
}

void softmax_backward(
    const float *p, float *g, int64_t rows, int64_t count, int64_t stride, const bool *valid) {
    const bool any = any_valid(valid, count);
    for (int64_t row = 0; row < rows; ++row, p += stride, g += stride) {
        if (!any) {
            for (int64_t i = 0; i < stride; ++i) g[i] = 0.0f;
            continue;
        }
        V total{};
        int64_t i = 0;
        for (; i + kWidth <= stride; i += kWidth) total = load(p + i) * load(g + i) + total;
        float projection = sum(total);
        for (; i < stride; ++i) projection += p[i] * g[i];
        for (i = 0; i + kWidth <= stride; i += kWidth)
            store(g + i, load(p + i) * (load(g + i) - projection));
        for (; i < stride; ++i) g[i] = p[i] * (g[i] - projection);
    }
}

void token_statistics(
    const float *data, int64_t rows, int64_t width, const float *sums, const float *squares,
    double total_width, float *mean, float *rstd) {
    typedef double Doubles __attribute__((vector_size(64)));
    for (int64_t row = 0; row < rows; ++row, data += width) {
        Doubles plain{}, squared{};
        int64_t i = 0;
        for (; i + 8 <= width; i += 8) {
            const Doubles value =
                __builtin_convertvector(V8(*reinterpret_cast<const U8 *>(data + i)), Doubles);
            plain += value;
            squared += value * value;
        }
        double sum_plain = sums[row], sum_squared = squares[row];
        for (int lane = 0; lane < 8; ++lane) {
            sum_plain += plain[lane];
            sum_squared += squared[lane];
        }
        for (; i < width; ++i) {
            const double value = data[i];
            sum_plain += value;
            sum_squared += value * value;
        }
        const double average = sum_plain / total_width;
        const double variance = sum_squared / total_width - average * average;
        mean[row] = static_cast<float>(average);
        rstd[row] = static_cast<float>(1.0 / __builtin_sqrt((variance > 0 ? variance : 0) + 1e-5));
    }
}

void token_softmax(
    float *scores, const float *constants, const float *mean_weights, const float *mean,
    const float *rstd, int64_t tokens, int64_t lanes, const bool *valid, float *weights,
    float *mean_sums) {
    const bool any = any_valid(valid, tokens);
    const float even = 1.0f / static_cast<float>(tokens);
    for (int64_t lane = 0; lane < lanes; lane += 8) {
        const V8 mean_weight = load8(mean_weights + lane);
        V8 peak = V8{} - 3.402823466e38f;
        for (int64_t t = 0; t < tokens; ++t) {
            V8 score = load8(scores + t * lanes + lane) - mean_weight * mean[t];
            if (constants != nullptr) score += load8(constants + t * lanes + lane);
            store8(scores + t * lanes + lane, score);
            if (valid != nullptr && !valid[t]) continue;
            score = score * rstd[t];
            peak = score > peak ? score : peak;
        }
        V8 total{};
        for (int64_t t = 0; t < tokens; ++t) {
            V8 weight{};
            if (!any) {
                weight = V8{} + 1.0f;
            } else if (valid == nullptr || valid[t]) {
                const V8 shifted = load8(scores + t * lanes + lane) * rstd[t] - peak;
                weight = exp_negative_of<8>(shifted);
                weight = shifted < -87.0f ? V8{} : weight;
            }
            store8(weights + t * lanes + lane, weight);
            total += weight;
        }
        const V8 scale = any ? 1.0f / total : V8{} + even;
        V8 mean_sum{};
        for (int64_t t = 0; t < tokens; ++t) {
            const V8 weight = load8(weights + t * lanes + lane) * scale * rstd[t];
            store8(weights + t * lanes + lane, weight);
            mean_sum = weight * mean[t] + mean_sum;
        }
        store8(mean_sums + lane, mean_sum);
    }
}

void token_softmax_backward(
    const float *scores, const float *weights, const float *mean_weights,
    const float *value_weights, const float *mean, const float *rstd, int64_t tokens, int64_t lanes,
    const bool *valid, double total_width, float *g, float *projections,
    float *mean_weight_gradient, float *sum_gradient, float *square_gradient) {
    const bool any = any_valid(valid, tokens);
    const float inverse = static_cast<float>(1.0 / total_width);
    for (int64_t lane = 0; lane < lanes; lane += 8) {
        const V8 value_weight = load8(value_weights + lane);
        V8 projection{};
        for (int64_t t = 0; t < tokens; ++t) {
            const V8 gradient = load8(g + t * lanes + lane) - value_weight * mean[t];
            store8(g + t * lanes + lane, gradient);
            projection = load8(weights + t * lanes + lane) * gradient + projection;
        }
        store8(projections + lane, projection);
    }
    for (int64_t t = 0; t < tokens; ++t) {
        V8 rstd_sum{}, mean_sum{};
        for (int64_t lane = 0; lane < lanes; lane += 8) {
            float *const cell = g + t * lanes + lane;
            const V8 weight = load8(weights + t * lanes + lane), gradient = load8(cell);
            V8 score_gradient = weight * (gradient * rstd[t] - load8(projections + lane));
            if (!any) score_gradient = V8{};
            rstd_sum += gradient * weight + score_gradient * load8(scores + t * lanes + lane);
            mean_sum +=
                score_gradient * load8(mean_weights + lane) + weight * load8(value_weights + lane);
            store8(cell, score_gradient);
            store8(
                mean_weight_gradient + lane,
                load8(mean_weight_gradient + lane) - score_gradient * mean[t]);
        }
        // With rstd = (variance + ε)^(−1/2), variance = squares/width − mean².
        const float variance_gradient = -0.5f * rstd[t] * rstd[t] * sum8(rstd_sum);
        const float mean_gradient = -sum8(mean_sum) - 2.0f * mean[t] * variance_gradient;
        sum_gradient[t] += mean_gradient * inverse;
        square_gradient[t] += variance_gradient * inverse;
    }
}

void fold_rows(
    const float *w, const float *gamma, const float *beta, int64_t rows, int64_t width, float *out,
    float *sums, float *shifts) {
    for (int64_t row = 0; row < rows; ++row, w += width, out += width) {
        V total{}, shifted{};
        int64_t i = 0;
        for (; i + kWidth <= width; i += kWidth) {
            const V value = load(w + i), folded = value * load(gamma + i);
            store(out + i, folded);
            total += folded;
            shifted = value * load(beta + i) + shifted;
        }
        float sum_of_row = sum(total), shift = sum(shifted);
        for (; i < width; ++i) {
            out[i] = w[i] * gamma[i];
            sum_of_row += out[i];
            shift += w[i] * beta[i];
        }
        if (sums != nullptr) sums[row] = sum_of_row;
        shifts[row] += shift;
    }
}

void unfold_rows(
    const float *g, int64_t g_row, const float *w, const float *shift, const float *gamma,
    const float *beta, int64_t rows, int64_t width, float *out, float *dgamma, float *dbeta) {
    for (int64_t row = 0; row < rows; ++row, g += g_row, w += width, out += width) {
        const float one = shift[row];
        for (int64_t i = 0; i < width; i += kWidth) {
            const int64_t left = width - i;
            const V gradient = load_some(g + i, left), value = load_some(w + i, left);
            const V added = gradient * load_some(gamma + i, left) + load_some(beta + i, left) * one;
            store_some(out + i, load_some(out + i, left) + added, left);
            store_some(dgamma + i, gradient * value + load_some(dgamma + i, left), left);
            store_some(dbeta + i, value * one + load_some(dbeta + i, left), left);
        }
    }
}

void fold_head_row(
    const HeadRow &row, const float *p, const float *n, float *g_matrix, float *h_matrix,
    float *g_vector, float *bias) {
    for (int64_t i = 0; i < row.width; i += kWidth) {
        const int64_t left = row.width - i;
        const V value = load_some(p + i, left) * load_some(row.gammas + i, left);
        const V other = load_some(n + i, left);
        store_some(g_matrix + i, value * row.gamma_q, left);
        store_some(g_vector + i, value * row.beta_q + load_some(g_vector + i, left), left);
        store_some(h_matrix + i, other * row.gamma_c, left);
        store_some(bias + i, other * row.beta_c + load_some(bias + i, left), left);
    }
}

void unfold_head_row(
    const HeadRow &row, const float *p, const float *n, const float *dg_vector, const float *dbias,
    float *dp, float *dn, float *dgamma_c, float *sums) {
    V gamma_sum{}, beta_sum{}, value_sum{}, bias_sum{};
    for (int64_t i = 0; i < row.width; i += kWidth) {
        const int64_t left = row.width - i;
        const V left_factor = load_some(p + i, left), right = load_some(n + i, left);
        const V gammas = load_some(row.gammas + i, left), shift = load_some(dg_vector + i, left);
        const V dg = load_some(dp + i, left), dh = load_some(dn + i, left);
        const V bias = load_some(dbias + i, left);
        const V both = dg * row.gamma_q + shift * row.beta_q, product = left_factor * gammas;
        gamma_sum = product * dg + gamma_sum;
        beta_sum = product * shift + beta_sum;
        store_some(dgamma_c + i, left_factor * both + load_some(dgamma_c + i, left), left);
        store_some(dp + i, gammas * both, left);
        value_sum = right * dh + value_sum;
        bias_sum = right * bias + bias_sum;
        store_some(dn + i, dh * row.gamma_c + bias * row.beta_c, left);
    }
    sums[0] += sum(gamma_sum);
    sums[1] += sum(beta_sum);
    sums[2] += sum(value_sum);
    sums[3] += sum(bias_sum);
}

void adam(float *p, const float *g, float *m, float *v, int64_t count, const AdamStep &s) {
    for (int64_t i = 0; i < count; i += kWidth) {
        const int64_t left = count - i;
        const V parameter = load_some(p + i, left);
        const V gradient = parameter * s.l2 + load_some(g + i, left);
        const V first = load_some(m + i, left) * s.decay1 + gradient * s.gain1;
        const V second = load_some(v + i, left) * s.decay2 + gradient * gradient * s.gain2;
        const V root = ct_sqrt(second) * s.inverse_root_correction2 + s.epsilon;
        store_some(m + i, first, left);
        store_some(v + i, second, left);
        store_some(p + i, parameter - first * s.step_size / root, left);
    }
}

} // namespace

const Kernels &kernels() {
    static const Kernels table = {
        .name = CT_NAME,
        .normalise = CT_NAMESPACE::normalise,
        .normalise_backward = CT_NAMESPACE::normalise_backward,
        .add_bias = CT_NAMESPACE::add_bias,
        .add = CT_NAMESPACE::add,
        .add_column_sums = CT_NAMESPACE::add_column_sums,
        .geglu = CT_NAMESPACE::geglu,
        .geglu_backward = CT_NAMESPACE::geglu_backward,
        .transpose = CT_NAMESPACE::transpose,
        .product = CT_NAMESPACE::product,
        .fold_rows = CT_NAMESPACE::fold_rows,
        .unfold_rows = CT_NAMESPACE::unfold_rows,
        .fold_head_row = CT_NAMESPACE::fold_head_row,
        .unfold_head_row = CT_NAMESPACE::unfold_head_row,
        .softmax = CT_NAMESPACE::softmax,
        .softmax_backward = CT_NAMESPACE::softmax_backward,
        .token_statistics = CT_NAMESPACE::token_statistics,
        .token_softmax = CT_NAMESPACE::token_softmax,
        .token_softmax_backward = CT_NAMESPACE::token_softmax_backward,
        .adam = CT_NAMESPACE::adam,
    };
    return table;
}

} // namespace CT_NAMESPACE
} // namespace ct_fused
