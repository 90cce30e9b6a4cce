/* SPDX-License-Identifier: ISC */
/*
 * Who is in charge of this host's name servers: systemd-resolved, resolvconf, or nobody
 * that could be told of a link's. /etc/resolv.conf is never written to here.
 */
#ifndef SALLYPORT_LOCAL_NAMES_MANAGER_H
#define SALLYPORT_LOCAL_NAMES_MANAGER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "policy/language/domain.h"
#include "policy/language/error.h"

enum names_manager { NAMES_NONE, NAMES_RESOLVED, NAMES_RESOLVCONF, NAMES_MANAGERS };

enum {
	/* as resolv.conf(5) is used: more are not read */
	RESOLV_SERVERS_MAX = 16,
	RESOLV_DOMAINS_MAX = 16,
	RESOLV_FILE_MAX = 16 * 1024,
	/* "nameserver", of which a C library takes the first (resolv.conf(5), MAXNS) */
	RESOLV_USED_MAX = 3,
	NAMES_WHY_MAX = ERROR_TEXT_MAX,
};

/* What is in force: of a link, or of resolv.conf. */
struct names_found {
	struct ip_addr servers[RESOLV_SERVERS_MAX];
	size_t nservers;
	/* with '~' for those that are only routed */
	char domains[RESOLV_DOMAINS_MAX][DOMAIN_TEXT_MAX];
	size_t ndomains;
	/* names of no domain are asked here as well */
	bool asks_rest;
};

/* What is to be seen of it on this host. */
struct names_host {
	/* Where /etc/resolv.conf leads; "" when it is a file of its own, or missing. */
	char leads_to[PATH_MAX];
	/* What is in it. */
	struct names_found file;
	/* Its first lines say that resolvconf has made it. */
	bool made_by_resolvconf;
	/* nsswitch.conf(5): hosts are looked up by nss-resolve(8). */
	bool by_nss;
	/* It is on the bus. */
	bool resolved_runs;
	/* There is one, and it is not another name of resolvectl. */
	bool has_resolvconf;
};

/* Looks at all but resolved_runs; what cannot be read is not there. */
void names_host_read(struct names_host *out);
/*
 * Pure. NAMES_NONE with why: what is missing, and what to do. NAMES_RESOLVED with why not
 * "": it is in charge, and does not run.
 */
enum names_manager names_manager_decide(const struct names_host *host,
					char why[NAMES_WHY_MAX]);
/* "resolved"; "systemd-resolved". */
const char *names_manager_word(enum names_manager manager);
const char *names_manager_title(enum names_manager manager);
/* False when it is none of these words. */
bool names_manager_parse(const char *word, enum names_manager *out);

/* resolv.conf(5), as far as it is needed; pure. */
void names_file_parse(const char *text, struct names_found *out, bool *made_by_resolvconf);
/* Whether the line "hosts" of nsswitch.conf(5) has that service; pure. */
bool names_nss_has(const char *text, const char *service);

bool names_found_server(const struct names_found *found, const struct ip_addr *server);
bool names_found_domain(const struct names_found *found, const char *domain);

#endif
