/* SPDX-License-Identifier: ISC */
/* nft(8) as a child: one transaction of the packet filter. */
#ifndef SALLYPORT_LOCAL_NFT_H
#define SALLYPORT_LOCAL_NFT_H

#include "policy/language/error.h"

#define PATH_NFT "/usr/sbin/nft"

enum { NFT_MS = 10000 };

/* Whether it is there: 0, or -1 with err->sys == ENOENT and what to do. */
int nft_check(struct error *err);
/*
 * Has it do what the text says: all of it, or nothing. It gets no argument but its input,
 * an empty environment, and of the capabilities CAP_NET_ADMIN alone, where this process may
 * give up others. 0, or -1 with *err.
 */
int nft_run(const char *text, struct error *err);

#endif
