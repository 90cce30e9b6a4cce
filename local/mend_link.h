/* SPDX-License-Identifier: ISC */
/* Puts back what mend.h is about: compares the journal with the kernel, and repairs. */
#ifndef SALLYPORT_LOCAL_MEND_LINK_H
#define SALLYPORT_LOCAL_MEND_LINK_H

#include "local/mend.h"
#include "local/tunnel.h"

enum mend_result {
	/* All is there, now. */
	MEND_DONE,
	/* It is to be looked at again after MEND_GRACE_MS, even if nothing is told. */
	MEND_AGAIN,
	/* The link has to end: tunnel->failure. */
	MEND_ENDS,
};

enum {
	/* A PPP program that ends takes its interface down first: that is not somebody
	 * else. */
	MEND_GRACE_MS = 500,
	/* The interface is gone, and cannot be put back: so long its PPP program has to say
	 * why, as pppd removes its own some time before it ends. */
	MEND_GONE_MS = 5000,
};

/* A link that has just come up. */
void mend_begin(struct mend *mend, const struct tunnel *tunnel);
enum mend_result mend_look(struct mend *mend, struct tunnel *tunnel);

#endif
