// The header of libjpeg-turbo's own interface (https://libjpeg-turbo.org), which returns errors instead of jumping
// over the frames of its caller, as the classical one does.
#include <turbojpeg.h>
