/* SPDX-License-Identifier: ISC */
/* The certificate of a key: why a remote may not take it, as sshd tells no client. */
#ifndef SALLYPORT_LOCAL_SSH_CERTIFICATE_H
#define SALLYPORT_LOCAL_SSH_CERTIFICATE_H

#include <stdbool.h>
#include <time.h>

#include "policy/language/certificate.h"

enum {
	SSH_CERTIFICATE_PATH_MAX = 512,
	SSH_CERTIFICATE_WHY_MAX = 96,
	/* Of what is said of one: its path, quoted, and two times. */
	SSH_CERTIFICATE_TEXT_MAX = 600,
};

struct ssh_certificate {
	char path[SSH_CERTIFICATE_PATH_MAX];
	/* Why it is none that lets a peer in, or "": then value has it. */
	char why[SSH_CERTIFICATE_WHY_MAX];
	struct certificate value;
};

/* False: there is no such file, or it cannot be read. */
bool ssh_certificate_read(const char *path, struct ssh_certificate *out);

/*
 * What is wrong with it at that time, as a phrase that begins with the path in printable
 * ASCII. False: nothing that can be seen in it, and the phrase is what a remote goes by.
 * Pure.
 */
bool ssh_certificate_judge(const struct ssh_certificate *certificate, time_t now,
			   char text[SSH_CERTIFICATE_TEXT_MAX]);

#endif
