// The header of libjpeg-turbo's own interface (https://libjpeg-turbo.org). It returns errors; the
// classical interface would jump over the frames of its caller.
#include <turbojpeg.h>
