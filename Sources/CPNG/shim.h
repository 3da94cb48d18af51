// The header of libpng (http://www.libpng.org), used through its simplified interface, which returns errors
// instead of jumping over the frames of its caller.
#include <png.h>
