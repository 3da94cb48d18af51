// The model's blocks as single functions for the CPU: forward and backward in chunks that stay in
// the cache.
//
// The conventions are those of CTorch.h. Where parameters are leaves whose gradients accumulate in
// tensors of their own (ct_set_gradient), backward adds to these directly, with the same result as
// autograd.
#ifndef CTORCH_FUSED_H
#define CTORCH_FUSED_H

#include "CTorch.h"

#include <stdint.h>

#pragma GCC visibility push(default)
#ifdef __cplusplus
extern "C" {
#endif

/// The instruction set that the fused blocks use: "avx512", "avx2" or "portable". Static text.
///
/// It is the best one of this processor, unless the environment variable HIGHMMT_INSTRUCTIONS names
/// another. The variable is read once. If it names a set that the processor lacks, this returns
/// "unsupported", and if it names none, "unknown"; every fused function, and ct_adam on the CPU,
/// then fails with a message that lists the sets there are.
const char *ct_fused_instruction_set(void);

/// out = x + W2·(a ∘ gelu(g)) + b2 (+ residual) with [a | g] = W1·LayerNorm(x) + b1; gelu is the
/// exact one, the LayerNorm epsilon 1e-5. Differentiable once in every argument.
///
/// Shapes: x, residual, out [..., d]; norm_weight, norm_bias, b2 [d]; w1 [2h, d]; b1 [2h];
/// w2 [d, h]. residual may be NULL. All contiguous float32 on the CPU, otherwise an error.
CTMessage ct_fused_feed_forward(
    CTTensor *out, CTTensor x, CTTensor residual, CTTensor norm_weight, CTTensor norm_bias,
    CTTensor w1, CTTensor b1, CTTensor w2, CTTensor b2);

/// Pre-normalised multi-head attention with residual over a list of (query, context) samples:
/// out[p] = x[q_p] + Wo·MHA(LN(x[q_p]), LN'(context[c_p])) + bo. Scores are scaled by
/// (inner / heads)^-0.5.
///
/// Shapes: x [Bq, n, d]; context [Bc, m, d], or NULL for self-attention on LN(x); wq [inner, d];
/// wkv [2·inner, d] (keys first); wo [d, inner]; bo [d]; key_mask bool [Bc, m] (true = valid) or
/// NULL; out [P, n, d], or [P, 1, d] with last_query_only, which computes the last query row alone.
/// pairs = 0 stands for the identity (P = Bq, requires Bc = Bq); otherwise query_index and
/// context_index hold `pairs` sample numbers each. context_norm_weight and context_norm_bias are
/// NULL exactly when context is. All contiguous float32 on the CPU, otherwise an error.
/// Differentiable once in every floating-point argument.
CTMessage ct_fused_attention(
    CTTensor *out, CTTensor x, CTTensor context, const int64_t *query_index,
    const int64_t *context_index, int64_t pairs, CTTensor norm_weight, CTTensor norm_bias,
    CTTensor context_norm_weight, CTTensor context_norm_bias, CTTensor wq, CTTensor wkv,
    CTTensor wo, CTTensor bo, int64_t heads, int last_query_only, CTTensor key_mask);

/// Multi-head attention of latent queries to tokens [data | constant part], where the tokens'
/// LayerNorm and key/value projection are taken as rstd·(data·a + c) − mean·rstd·w + b and keys are
/// formed only where that is cheaper. Returns softmax(q·Kᵀ)·V, [B, n, heads·dh].
///
/// Shapes: data [B, T, C] (gets no gradient); key_mask bool [B, T] (true = valid) or NULL;
/// q [heads, n, dh], or [B, heads, n, dh] where every sample has its own, already projected and
/// scaled; a [C, 2·heads·dh], keys first; c [T, 2·heads·dh]; w, b [2·heads·dh]; s1, s2 [T]: sum and
/// sum of squares of the constant part; width: channels of the whole token.
/// All contiguous float32 on the CPU, otherwise an error. Differentiable once in q, a, c, w, b, s1
/// and s2.
CTMessage ct_fused_token_attention(
    CTTensor *out, CTTensor data, CTTensor key_mask, CTTensor q, CTTensor a, CTTensor c, CTTensor w,
    CTTensor b, CTTensor s1, CTTensor s2, int64_t width);

/// The tokens [data | zeros | position | identity] of one stream.
///
/// Shapes: data [B, T, C] (gets no gradient); mask bool [B, T] (true = valid) or NULL; positions
/// [T, P] or NULL; identity [I]; sums and squares [T], over each position and over its squares.
typedef struct CTTokenStream {
    CTTensor data;
    CTTensor mask;
    CTTensor positions;
    CTTensor identity;
    CTTensor sums;
    CTTensor squares;
} CTTokenStream;

/// Pre-normalised cross-attention with residual from latents to the tokens of `count` streams,
/// which follow each other in the result: out = x + Wo·MHA(LN(x), LN'(tokens)) + bo, where tokens
/// are never formed; see ct_fused_token_attention.
///
/// Shapes: latents [n, d], the same for all samples, or [ΣB, n, d]; wq [inner, d]; wkv
/// [2·inner, width] (keys first); context_norm_weight, context_norm_bias [width]; wo [d, inner];
/// bo [d]; out [ΣB, n, d]. All contiguous float32 on the CPU, otherwise an error. Differentiable
/// once in the latents, in the identities and in all parameters.
CTMessage ct_fused_token_block(
    CTTensor *out, CTTensor latents, const CTTokenStream *streams, int64_t count,
    CTTensor norm_weight, CTTensor norm_bias, CTTensor context_norm_weight,
    CTTensor context_norm_bias, CTTensor wq, CTTensor wkv, CTTensor wo, CTTensor bo, int64_t heads);

/// The loss of a sample: the cross entropy of its class, or the mean over outputs of the binary
/// cross entropy or of the squared error.
typedef enum { CT_CROSS_ENTROPY, CT_BINARY_CROSS_ENTROPY, CT_SQUARED_ERROR } CTCriterion;

/// The head of one task, and its loss on a batch. The features of a sample are `slots` rows of the
/// latents or of the results, one after the other.
///
/// Shapes, with f = slots times the floats of a row, o the number of outputs and B = samples: rows
/// [B, slots]; norm_weight, norm_bias [f]; weight [o, f]; bias [o]; target int64 [B] for the cross
/// entropy, otherwise [B, o]; sample_weights [B] or NULL; means, deviations [o], which standardise
/// the target, or NULL.
typedef struct CTHead {
    bool reads_results;
    const int64_t *rows;
    int64_t samples;
    int64_t slots;
    CTTensor norm_weight;
    CTTensor norm_bias;
    CTTensor weight;
    CTTensor bias;
    CTCriterion criterion;
    CTTensor target;
    CTTensor sample_weights;
    CTTensor means;
    CTTensor deviations;
    /// Targets that are not finite do not count; a sample without any other has the loss 0.
    bool skips_absent;
    /// The factor of the task's loss in the total.
    double factor;
} CTHead;

/// The heads of several tasks and their losses: outputs = W·LayerNorm(features) + b, each loss the
/// mean over samples of weight times loss, total = Σ factor·loss.
///
/// Shapes: latents [rows, ...]; results [pairs, ...] or NULL; total a scalar. losses (scalars),
/// outputs [B, o] and features [B, f] are arrays of `count` handles; these tensors have no
/// gradients. All contiguous float32 on the CPU but classes, otherwise an error. The total is
/// differentiable once in latents, results and all parameters.
CTMessage ct_fused_heads(
    CTTensor *total, CTTensor *losses, CTTensor *outputs, CTTensor *features, CTTensor latents,
    CTTensor results, const CTHead *heads, int64_t count);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
