#include "include/CTorchFused.h"
#include "Guard.hpp"
CTMessage ct_fused_token_attention(
    CTTensor *, CTTensor, CTTensor, CTTensor, CTTensor, CTTensor, CTTensor, CTTensor,
    CTTensor, CTTensor, int64_t) { return ct_message("not yet"); }
