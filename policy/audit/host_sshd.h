/* SPDX-License-Identifier: ISC */
/* The parts of host_sshd(). */
#ifndef SALLYPORT_POLICY_AUDIT_HOST_SSHD_H
#define SALLYPORT_POLICY_AUDIT_HOST_SSHD_H

#include <stdbool.h>

#include "policy/address.h"

#define PATH_SSHD_CONFIG "/etc/ssh/sshd_config"

struct host;
struct sshd_settings;

/* host_sshd_files.c: keeps each network of Match Address as one to ask sshd for. */
void host_sshd_files(struct host *host);

/* host_sshd_running.c: of the living host. */
void host_sshd_running(struct host *host);

/* host_sshd_limits.c: how many logins sshd lets begin, and whom it keeps out for failures.
 */
void host_sshd_limits(struct host *host, const struct sshd_settings *settings);

/* One more address to ask sshd for; false when there are max already. */
bool host_keep_source(struct host *host, const struct ip_addr *source, size_t max);

#endif
