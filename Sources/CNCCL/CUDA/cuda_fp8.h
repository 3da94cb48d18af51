// nccl.h includes this file but uses nothing of it here.
