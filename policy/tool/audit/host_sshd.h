/* SPDX-License-Identifier: ISC */
/* The parts of host_sshd(). */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_HOST_SSHD_H
#define SALLYPORT_POLICY_TOOL_AUDIT_HOST_SSHD_H

#include <stdbool.h>
#include <time.h>

#include "policy/language/address.h"

#define PATH_SSHD_CONFIG "/etc/ssh/sshd_config"

struct host;
struct sshd_settings;

enum { SSHD_FROM_MAX = ADDRESS_TEXT_MAX + 8 };

/* The settings that are looked at. With others, those of a login from elsewhere: only what
 * differs from these is reported. */
struct sshd_view {
	const struct sshd_settings *settings, *others;
	/* NULL: from no particular place */
	const struct ip_addr *address;
	/* "" or " from ADDRESS" */
	char from[SSHD_FROM_MAX];
};

/* The setting; NULL when it is the same as in the others. */
const char *sshd_view_news(const struct sshd_view *view, const char *keyword);

/* host_sshd_doors.c: whether sshd refuses the account as such. */
void host_sshd_doors(struct host *host, const struct sshd_view *view);

/* host_sshd_wanted.c: whether sshd accepts the peers' keys. */
void host_sshd_wanted(struct host *host, const struct sshd_view *view);

/* host_sshd_algorithms.c: whether sshd and today's clients have algorithms in common. */
void host_sshd_algorithms(struct host *host, const struct sshd_settings *settings);

/* host_sshd_files.c: also keeps the networks of Match Address, to ask sshd about them. */
void host_sshd_files(struct host *host);

/* Whether a is after b. */
bool host_is_later(const struct timespec *a, const struct timespec *b);

/* host_sshd_running.c: only for a living host. */
void host_sshd_running(struct host *host);

/* host_sshd_listen.c: where the running sshd listen, or the first process for them, and
 * whether they have read their files since the last change. Call it after
 * host_sshd_running(); settings is NULL when they are not known. */
void host_sshd_listen(struct host *host, const struct sshd_settings *settings);

/* host_sshd_limits.c: how many logins may begin at once, and whom sshd locks out after
 * failures. */
void host_sshd_limits(struct host *host, const struct sshd_settings *settings);

/* Adds an address to ask sshd about; false when there are max already. */
bool host_keep_source(struct host *host, const struct ip_addr *source, size_t max);

#endif
