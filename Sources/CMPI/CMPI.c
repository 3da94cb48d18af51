// The functions of MPI behind CMPI.h. Compiled by scripts/setup-mpi, not by SwiftPM.

#include "CMPI.h"

#include <mpi.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPERATIONS = 64, MESSAGES = 256 };

// One lock around all calls suffices for MPI_THREAD_SERIALIZED, which every implementation has.
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static MPI_Comm work = MPI_COMM_NULL;
static MPI_Comm messages = MPI_COMM_NULL;
static MPI_Request operations[OPERATIONS];
static int is_used[OPERATIONS];
// What an operation reads while it writes its result elsewhere.
static void *copies[OPERATIONS];
static struct {
    MPI_Request request;
    char bytes[CM_LARGEST_MESSAGE];
    int is_used;
} sent[MESSAGES];
static char problem[MPI_MAX_ERROR_STRING + 64];

static int32_t checked(int code, const char *name) {
    if (code == MPI_SUCCESS) return 0;
    char text[MPI_MAX_ERROR_STRING] = "";
    int length = 0;
    MPI_Error_string(code, text, &length);
    snprintf(problem, sizeof problem, "%s: %s", name, text);
    return -1;
}

static int32_t failed(const char *text) {
    snprintf(problem, sizeof problem, "%s", text);
    return -1;
}

static int32_t start(int32_t *rank, int32_t *size, int32_t *local) {
    int provided = 0, mine = 0, all = 0, here = 0;
    if (checked(MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided), "MPI_Init_thread"))
        return -1;
    if (provided < MPI_THREAD_SERIALIZED)
        return failed("this MPI was built without support for threads");
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm machine;
    if (checked(MPI_Comm_dup(MPI_COMM_WORLD, &work), "MPI_Comm_dup")
        || checked(MPI_Comm_dup(MPI_COMM_WORLD, &messages), "MPI_Comm_dup")
        || checked(
            MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine),
            "MPI_Comm_split_type"))
        return -1;
    MPI_Comm_set_errhandler(work, MPI_ERRORS_RETURN);
    MPI_Comm_set_errhandler(messages, MPI_ERRORS_RETURN);
    MPI_Comm_rank(work, &mine);
    MPI_Comm_size(work, &all);
    MPI_Comm_size(machine, &here);
    MPI_Comm_free(&machine);
    *rank = mine;
    *size = all;
    *local = here;
    return 0;
}

static int free_operation(void) {
    for (int index = 0; index < OPERATIONS; index++)
        if (!is_used[index]) return index;
    return -1;
}

// Begins an operation whose call stores its request in `operations[index]`.
#define BEGIN(name, call)                                                                          \
    pthread_mutex_lock(&mutex);                                                                    \
    int index = free_operation();                                                                  \
    int32_t result = index < 0 ? failed("too many operations") : checked(call, name);              \
    if (result == 0) {                                                                             \
        is_used[index] = 1;                                                                        \
        result = index;                                                                            \
    }                                                                                              \
    pthread_mutex_unlock(&mutex);                                                                  \
    return result;

static int begin_sum(float *copy, float *values, int count, int index) {
    int code = MPI_Iallreduce(copy, values, count, MPI_FLOAT, MPI_SUM, work, &operations[index]);
    copies[index] = copy;
    return code;
}

static int32_t sum_floats(float *values, int32_t count) {
    // Open MPI divides the work of large sums over a ring only when they are not in place.
    float *copy = malloc(sizeof(float) * (size_t)count);
    if (copy == NULL && count > 0) return failed("no memory for a sum");
    if (count > 0) memcpy(copy, values, sizeof(float) * (size_t)count);
    BEGIN("MPI_Iallreduce", begin_sum(copy, values, count, index))
}

static int32_t sum_doubles(double *values, int32_t count) {
    BEGIN(
        "MPI_Iallreduce",
        MPI_Iallreduce(MPI_IN_PLACE, values, count, MPI_DOUBLE, MPI_SUM, work, &operations[index]))
}

static int32_t broadcast(void *bytes, int32_t count, int32_t root) {
    BEGIN("MPI_Ibcast", MPI_Ibcast(bytes, count, MPI_BYTE, root, work, &operations[index]))
}

static int32_t
gather(const void *own, int32_t count, void *all, const int32_t *counts, const int32_t *offsets) {
    BEGIN(
        "MPI_Iallgatherv",
        MPI_Iallgatherv(
            own, count, MPI_BYTE, all, counts, offsets, MPI_BYTE, work, &operations[index]))
}

static int32_t barrier(void) { BEGIN("MPI_Ibarrier", MPI_Ibarrier(work, &operations[index])) }

static int32_t test(int32_t operation) {
    int is_done = 0;
    pthread_mutex_lock(&mutex);
    int32_t result =
        checked(MPI_Test(&operations[operation], &is_done, MPI_STATUS_IGNORE), "MPI_Test");
    if (result == 0 && is_done) {
        is_used[operation] = 0;
        free(copies[operation]);
        copies[operation] = NULL;
    }
    pthread_mutex_unlock(&mutex);
    return result < 0 ? result : is_done;
}

// Frees the buffers of messages that have left; returns a free one, or -1.
static int free_message(void) {
    int found = -1;
    for (int index = 0; index < MESSAGES; index++) {
        int is_done = 1;
        if (sent[index].is_used) MPI_Test(&sent[index].request, &is_done, MPI_STATUS_IGNORE);
        if (is_done) sent[index].is_used = 0;
        if (is_done && found < 0) found = index;
    }
    return found;
}

static int32_t post(const void *bytes, int32_t count, int32_t rank) {
    if (count > CM_LARGEST_MESSAGE) return failed("the message is too long");
    pthread_mutex_lock(&mutex);
    int index = free_message();
    int32_t result = -1;
    if (index < 0) {
        failed("too many messages have not left yet");
    } else {
        memcpy(sent[index].bytes, bytes, (size_t)count);
        result = checked(
            MPI_Isend(sent[index].bytes, count, MPI_BYTE, rank, 0, messages, &sent[index].request),
            "MPI_Isend");
        sent[index].is_used = result == 0;
    }
    pthread_mutex_unlock(&mutex);
    return result;
}

static int32_t take(void *bytes, int32_t *rank) {
    MPI_Status status;
    int is_there = 0, count = 0;
    pthread_mutex_lock(&mutex);
    free_message();
    int32_t result =
        checked(MPI_Iprobe(MPI_ANY_SOURCE, 0, messages, &is_there, &status), "MPI_Iprobe");
    if (result == 0 && is_there) {
        MPI_Get_count(&status, MPI_BYTE, &count);
        *rank = status.MPI_SOURCE;
        result = count > CM_LARGEST_MESSAGE ? failed("a message is too long")
                                            : checked(
                                                  MPI_Recv(
                                                      bytes, count, MPI_BYTE, status.MPI_SOURCE, 0,
                                                      messages, MPI_STATUS_IGNORE),
                                                  "MPI_Recv");
    }
    pthread_mutex_unlock(&mutex);
    return result < 0 ? result : count;
}

static int32_t finish(void) {
    pthread_mutex_lock(&mutex);
    int32_t result = checked(MPI_Finalize(), "MPI_Finalize");
    pthread_mutex_unlock(&mutex);
    return result;
}

// Takes no lock: another thread may wait for a process that is gone.
static void abandon(int32_t status) { MPI_Abort(MPI_COMM_WORLD, status); }

static const char *error(void) { return problem; }

__attribute__((visibility("default"))) const CMInterface *cm_interface(void) {
    static const CMInterface table = {
        .version = CM_VERSION,
        .start = start,
        .sum_floats = sum_floats,
        .sum_doubles = sum_doubles,
        .broadcast = broadcast,
        .gather = gather,
        .barrier = barrier,
        .test = test,
        .post = post,
        .take = take,
        .finish = finish,
        .abandon = abandon,
        .error = error,
    };
    return &table;
}
