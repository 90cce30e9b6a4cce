/* SPDX-License-Identifier: ISC */
/* Whether a profile that was read again says something else. */
#ifndef SALLYPORT_LOCAL_PROFILE_CHANGE_H
#define SALLYPORT_LOCAL_PROFILE_CHANGE_H

#include <stdbool.h>

#include "policy/language/profile.h"

/* By all that its keywords say; comments and layout do not count. Without memory to tell,
 * it does not. */
bool profile_says_same(const struct profile *a, const struct profile *b);

#endif
