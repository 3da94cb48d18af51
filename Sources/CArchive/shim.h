// The headers of libarchive (https://libarchive.org).
#include <archive.h>
#include <archive_entry.h>
