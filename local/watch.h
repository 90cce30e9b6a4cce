/* SPDX-License-Identifier: ISC */
/* A link that is up: whether it still carries, and whether all that was made is there. */
#ifndef SALLYPORT_LOCAL_WATCH_H
#define SALLYPORT_LOCAL_WATCH_H

#include "local/changes.h"
#include "local/tunnel.h"

/*
 * Until something ends the link. What somebody else changes is mended (mend.h); when that
 * cannot be, the event is TUNNEL_CHANGED, with tunnel->failure.
 */
enum tunnel_event watch_link(struct tunnel *tunnel, struct changes *changes);

#endif
