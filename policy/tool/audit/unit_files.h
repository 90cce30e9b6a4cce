/* SPDX-License-Identifier: ISC */
/* Files of systemd, and where it looks for them (systemd.unit(5), systemd.network(5)). */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_UNIT_FILES_H
#define SALLYPORT_POLICY_TOOL_AUDIT_UNIT_FILES_H

#include <stdbool.h>

#include "policy/tool/audit/host.h"

/* The name of the launcher's unit in packaging/systemd. */
#define UNIT_PREFIX "vpn-connect@"
#define UNIT_SUFFIX ".service"
#define UNIT_NAME   UNIT_PREFIX UNIT_SUFFIX
/* Those by which users reach it. */
#define CONTROL_SOCKET	"vpn-connect-control.socket"
#define CONTROL_SERVICE "vpn-connect-control@.service"
/* Those of the remote by which the agent reaches what takes a key that is handed in. */
#define HAND_IN_SOCKET	"sallyport-hand-in.socket"
#define HAND_IN_SERVICE "sallyport-hand-in@.service"

/* In their order: the first that has a file wins; NULL ends the list. */
extern const char *const unit_directories[];
extern const char *const network_directories[];

/* The path of the file of that name that is in force. False when there is none. */
bool unit_find(const struct host *host, const char *const *directories, const char *name,
	       char out[PATH_TEXT_MAX]);
/* Whether it is a link to /dev/null, or empty, by which systemd disables a unit. */
bool unit_is_masked(const struct host *host, const char *path);
bool unit_is_installed(const struct host *host);
/* Whether some *.wants or *.requires directory in /etc/systemd/system has a link to it. */
bool unit_is_enabled(const struct host *host, const char *name);
/* Calls visit with each such link, and its name. */
void unit_each_enabled(struct host *host, void (*visit)(struct host *host, const char *link,
							const char *name));

/* One "Key=Value" line of a file, and its section "[Service]". */
struct unit_line {
	const char *section, *key, *value;
	unsigned line;
};
/* Calls visit with each such line of the file, in their order; adds a finding when it
 * cannot be read. */
void unit_each_line(struct host *host, const char *path,
		    void (*visit)(struct host *host, const char *path,
				  const struct unit_line *line));

#endif
