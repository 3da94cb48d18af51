// The header of zlib (https://zlib.net).
#include <zlib.h>
