// The header of libpng (http://www.libpng.org). Its simplified interface, which is used here,
// returns errors instead of jumping over the frames of its caller.
#include <png.h>
