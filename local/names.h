/* SPDX-License-Identifier: ISC */
/*
 * Names of hosts that are asked through a link: told to whoever is in charge of this host's
 * name servers (names_manager.h), kept while the link is up, and taken back with it.
 */
#ifndef SALLYPORT_LOCAL_NAMES_H
#define SALLYPORT_LOCAL_NAMES_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "local/changes.h"
#include "local/journal.h"
#include "local/mend.h"
#include "local/names_manager.h"
#include "local/tunnel.h"

enum {
	/* Of all that is asked of systemd-resolved in a row, and of a run of resolvconf. */
	NAMES_MS = 3000,
	RESOLVCONF_MS = 15000,
	/* systemd-resolved hears of a new interface by itself, a little later than we do.
	 */
	NAMES_LINK_MS = 2000,
	NAMES_LOOK_MS = 50,
	/* What could not be done is tried again after so long, even if nothing is told. */
	NAMES_AGAIN_MS = 5000,
	RESOLVCONF_RECORD_MAX = IFNAMSIZ + 8,
	/* a line for each server, and one for all domains */
	RESOLVCONF_TEXT_MAX = NAMES_SERVERS_MAX * (ADDRESS_TEXT_MAX + 16) +
			      NAMES_DOMAINS_MAX * DOMAIN_TEXT_MAX + 16,
};

struct sd_bus;

/* The system bus, and until when all is answered that is asked there in a row. */
struct names_bus {
	/* NULL: not connected. */
	struct sd_bus *bus;
	int64_t deadline;
};

/* names_resolved.c: each 0, or -1 with *err, by the bus's deadline at the latest. Nothing
 * of this starts a systemd-resolved that does not run. */
/* From now on, NAMES_MS for what follows. */
void resolved_begin(struct names_bus *bus);
int resolved_connect(struct names_bus *bus, struct error *err);
/* One that is not connected as well. */
void resolved_close(struct names_bus *bus);
/* err->sys of this and the following is ENOTCONN when there is no connection any more. */
int resolved_runs(const struct names_bus *bus, bool *runs, struct error *err);
/* What that link has. err->sys is ENODEV when it does not know the interface, and ENXIO
 * when that is gone. */
int resolved_read(const struct names_bus *bus, int index, struct names_found *out,
		  struct error *err);
/* All that a link has. */
int resolved_set(const struct names_bus *bus, int index, const struct link_names *names,
		 struct error *err);
/* Nothing is done for an interface that is gone. */
int resolved_revert(const struct names_bus *bus, int index, struct error *err);
/* Sets *changed whenever it starts or ends. */
int resolved_watch(const struct names_bus *bus, bool *changed, struct error *err);

/* names_resolvconf.c: its program, by its path, without a shell. */
bool resolvconf_is_there(void);
/* openresolv writes it itself, which a unit may not permit: what to do then, or "". */
const char *resolvconf_read_only(void);
/* What the record is called there: of tunnels, so that it comes before what else is up. */
const char *resolvconf_record(const char *interface, char buf[RESOLVCONF_RECORD_MAX]);
/* What it is given; the length, or -1. Pure. */
int resolvconf_text(const struct link_names *names, char *buf, size_t size);
int resolvconf_set(const char *interface, const struct link_names *names,
		   struct error *err);
int resolvconf_unset(const char *interface, struct error *err);

/* Who is in charge here, and what is in force for that interface. */
struct names_state {
	enum names_manager manager;
	/* Why nothing is in force, and what to do; "": it is. */
	char why[NAMES_WHY_MAX];
	/* That says why nobody could be asked: what was set may well be in force. */
	bool unknown;
	/* There is nothing left that would need them. */
	bool link_gone;
	struct names_found found;
};

/* bus may be NULL, or not be connected: then it is reached for this alone. */
void names_look_up(const struct names_bus *bus, int index, struct names_state *out);
/* Whether a server, or a domain, is in force as it was set; pure. */
bool names_server_stands(const struct names_state *state, const struct ip_addr *server);
bool names_domain_stands(const struct names_state *state, const char *domain);
bool names_stand(const struct names_state *state, const struct link_names *names);

/* Sets them and reads them back: state->why then says why not, if it is so. 0, or -1 with
 * tunnel->failure when it cannot be written down. */
int names_put(const struct names_bus *bus, struct names_state *state,
	      struct tunnel *tunnel);

/* names_keeper.c: while a link is up. */
struct names_keeper {
	struct names_bus bus;
	/* Of that connection, for which changes wait as well; -1: none. */
	int fd;
	struct changes *changes;
	/* systemd-resolved came or went. */
	bool changed;
	/* Why they are not in force, as it was told last; "": they are. */
	char told[NAMES_WHY_MAX];
};

void names_keeper_begin(struct names_keeper *keeper, const struct tunnel *tunnel,
			struct changes *changes);
/* Takes what came on the bus; true when it matters. */
bool names_keeper_take(struct names_keeper *keeper);
/* Looks whether all is in force, and sets it again. False: look again after
 * NAMES_AGAIN_MS, even if nothing is told. */
bool names_keeper_look(struct names_keeper *keeper, struct mend *mend,
		       struct tunnel *tunnel);
void names_keeper_end(struct names_keeper *keeper);

/* Takes back what an entry NAMES tells. 0, or -1 with *err when something is left. */
int names_undo(const struct journal_entry *entry, struct error *err);

#endif
