/* SPDX-License-Identifier: ISC */
/* The names by which rules can mean the account: its name, its uid, and each of its groups.
 */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_HOST_NAMES_H
#define SALLYPORT_POLICY_TOOL_AUDIT_HOST_NAMES_H

#include "policy/tool/audit/host.h"

struct host_names {
	/* owned, each and the list: "slave", "#999", and for groups "%slave", "%#999" */
	char **list;
	size_t count, size;
};

/* -1 when memory ran out. */
int host_names_read(const struct host *host, struct host_names *names);
/* Every group in the host's own file, as "%vpn" and "%#999". */
int host_names_read_groups(const struct host *host, struct host_names *names);
/* Adds a copy of the text. */
int host_names_add(struct host_names *names, const char *text, size_t len);
bool host_names_have(const struct host_names *names, const char *text, size_t len);
/* For long lists: sorted once, then looked up. */
void host_names_sort(struct host_names *names);
bool host_names_find(const struct host_names *names, const char *text);
/*
 * The paths of the files in a directory, sorted; names that begin with a dot are left out.
 * 0; or -1 with errno when it cannot be opened. When memory runs out, the findings are
 * lost.
 */
int host_names_list(const struct host *host, const char *dir, struct host_names *paths);
void host_names_free(struct host_names *names);

#endif
