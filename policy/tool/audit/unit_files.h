/* SPDX-License-Identifier: ISC */
/* Where systemd looks for its files, as systemd.unit(5) and systemd.network(5) have it. */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_UNIT_FILES_H
#define SALLYPORT_POLICY_TOOL_AUDIT_UNIT_FILES_H

#include <stdbool.h>

#include "policy/tool/audit/host.h"

/* The launcher's, as packaging/systemd has it. */
#define UNIT_PREFIX "vpn-connect@"
#define UNIT_SUFFIX ".service"
#define UNIT_NAME   UNIT_PREFIX UNIT_SUFFIX

/* /etc, which wins, then the others in their order; NULL ends it. */
extern const char *const unit_directories[];
extern const char *const network_directories[];

/* The file of that name that counts, its path into out. False when there is none. */
bool unit_find(const struct host *host, const char *const *directories, const char *name,
	       char out[PATH_TEXT_MAX]);
/* Whether it is a link to /dev/null, or empty: systemd then takes it for none. */
bool unit_is_masked(const struct host *host, const char *path);
bool unit_is_installed(const struct host *host);
/* Whether a link in some *.wants or *.requires of /etc/systemd/system pulls it in. */
bool unit_is_enabled(const struct host *host, const char *name);
/* Calls visit with each such link's name. */
void unit_each_enabled(struct host *host, void (*visit)(struct host *host, const char *link,
							const char *name));

/* One "Key=Value" line of a file, and its section "[Service]". */
struct unit_line {
	const char *section, *key, *value;
	unsigned line;
};
/* Calls visit with each such line of the file, in their order; what cannot be read is a
 * finding. */
void unit_each_line(struct host *host, const char *path,
		    void (*visit)(struct host *host, const char *path,
				  const struct unit_line *line));

#endif
