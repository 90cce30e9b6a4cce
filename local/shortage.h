/* SPDX-License-Identifier: ISC */
/* When a program that we started says that it is this host that cannot. */
#ifndef SALLYPORT_LOCAL_SHORTAGE_H
#define SALLYPORT_LOCAL_SHORTAGE_H

/* A sentence on ssh, or NULL; output is what it said before there was a session. */
const char *shortage_sentence(const char *output);

#endif
