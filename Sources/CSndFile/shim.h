// The header of libsndfile (https://libsndfile.github.io/libsndfile).
#include <sndfile.h>
