/* SPDX-License-Identifier: ISC */
#include "local/names.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "agent/base/deadline.h"

bool names_server_stands(const struct names_state *state, const struct ip_addr *server)
{
	const struct names_found *const found = &state->found;

	if (names_found_server(found, server))
		return true;
	if (state->manager != NAMES_RESOLVCONF || found->nservers == 0)
		return false;
	/* resolv.conf takes the first few, or a server of this host's asks all of them. */
	return found->nservers >= RESOLV_USED_MAX || ip_addr_is_local(&found->servers[0]);
}

bool names_domain_stands(const struct names_state *state, const char *domain)
{
	if (state->manager == NAMES_RESOLVCONF && domain_is_routed(domain))
		return true;
	return names_found_domain(&state->found, domain);
}

bool names_stand(const struct names_state *state, const struct link_names *names)
{
	if (state->manager == NAMES_RESOLVED &&
	    (state->found.nservers != names->nservers ||
	     state->found.ndomains != names->ndomains ||
	     state->found.asks_rest != names_have_all(names)))
		return false;
	for (size_t i = 0; i < names->nservers; i++)
		if (!names_server_stands(state, &names->servers[i].address))
			return false;
	for (size_t i = 0; i < names->ndomains; i++)
		if (!names_domain_stands(state, names->domains[i].name))
			return false;
	return true;
}

static void tell_why(struct names_state *state, const struct error *err)
{
	snprintf(state->why, sizeof state->why, "%s", err->text);
	state->unknown = err->sys == ENOTCONN;
	state->link_gone = err->sys == ENXIO;
}

/* What can only be asked over the bus. */
static void ask(const struct names_bus *bus, int index, struct names_host *host,
		struct names_state *out)
{
	const bool reached = bus->bus != NULL;
	struct names_bus own = {.deadline = bus->deadline};
	struct error err;
	int result = reached ? 0 : resolved_connect(&own, &err);

	if (!reached)
		bus = &own;
	if (result == 0)
		result = resolved_runs(bus, &host->resolved_runs, &err);
	out->manager = names_manager_decide(host, out->why);
	if (out->manager == NAMES_RESOLVED && result != 0) {
		tell_why(out, &err);
		out->unknown = true;
	} else if (out->manager == NAMES_RESOLVED && out->why[0] == '\0' && index != 0 &&
		   resolved_read(bus, index, &out->found, &err) != 0) {
		tell_why(out, &err);
	}
	resolved_close(&own);
}

void names_look_up(const struct names_bus *bus, int index, struct names_state *out)
{
	static struct names_host host;
	struct names_bus none = {.bus = NULL};

	*out = (struct names_state){.manager = NAMES_NONE};
	names_host_read(&host);
	resolved_begin(&none);
	ask(bus != NULL ? bus : &none, index, &host, out);
	if (out->manager == NAMES_RESOLVCONF)
		out->found = host.file;
}

/* Written down before it is done, once: each way of setting them is undone by itself. */
static int note(struct tunnel *tunnel, enum names_manager manager)
{
	struct journal_entry entry = {
	    .kind = JOURNAL_NAMES, .index = tunnel->link.index, .manager = manager};

	for (size_t i = 0; i < tunnel->journal.count; i++)
		if (tunnel->journal.entries[i].kind == JOURNAL_NAMES &&
		    tunnel->journal.entries[i].manager == manager)
			return 0;
	snprintf(entry.name, sizeof entry.name, "%s", tunnel->link.name);
	return tunnel_note(tunnel, &entry);
}

/* So that `status` knows what should be in force. */
static int note_wanted(struct tunnel *tunnel)
{
	const struct link_names *const names = &tunnel->names;
	struct journal_entry entry = {.kind = JOURNAL_SERVER};

	for (size_t i = 0; i < names->nservers; i++) {
		entry.endpoint = names->servers[i].address;
		entry.line = names->servers[i].line;
		if (tunnel_note(tunnel, &entry) != 0)
			return -1;
	}
	entry.kind = JOURNAL_DOMAIN;
	for (size_t i = 0; i < names->ndomains; i++) {
		entry.text = names->domains[i].name;
		entry.line = names->domains[i].line;
		if (tunnel_note(tunnel, &entry) != 0)
			return -1;
	}
	return 0;
}

static int set(const struct names_bus *bus, enum names_manager manager,
	       const struct tunnel *tunnel, struct error *err)
{
	return manager == NAMES_RESOLVED
		   ? resolved_set(bus, tunnel->link.index, &tunnel->names, err)
		   : resolvconf_set(tunnel->link.name, &tunnel->names, err);
}

int names_put(const struct names_bus *bus, struct names_state *state, struct tunnel *tunnel)
{
	struct error err;

	if (note(tunnel, state->manager) != 0)
		return -1;
	if (set(bus, state->manager, tunnel, &err) != 0) {
		tell_why(state, &err);
		return 0;
	}
	names_look_up(bus, tunnel->link.index, state);
	if (state->why[0] == '\0' && !names_stand(state, &tunnel->names))
		snprintf(state->why, sizeof state->why,
			 "%s has taken them, but they are not in force%s",
			 names_manager_title(state->manager),
			 state->manager == NAMES_RESOLVCONF ? resolvconf_read_only() : "");
	return 0;
}

/* It may not have heard of the interface yet: a bus tells nobody of that. What is waited
 * for that is not the time in which it answers. */
static int await_link(struct names_bus *bus, struct tunnel *tunnel)
{
	const int64_t deadline = monotonic_ms() + NAMES_LINK_MS;
	struct names_found found;
	struct error err;
	bool runs;

	while (resolved_runs(bus, &runs, &err) == 0 && runs &&
	       resolved_read(bus, tunnel->link.index, &found, &err) != 0 &&
	       err.sys == ENODEV && monotonic_ms() < deadline) {
		const enum tunnel_event event =
		    tunnel_wait(tunnel, -1, monotonic_ms() + NAMES_LOOK_MS);

		if (event != TUNNEL_DEADLINE)
			return tunnel_explain(tunnel, event, "setting the name servers");
		bus->deadline += NAMES_LOOK_MS;
	}
	return 0;
}

static void tell_refused(const struct tunnel *tunnel)
{
	for (size_t i = 0; i < tunnel->names.nrefused; i++) {
		const struct refused_name *const refused = &tunnel->names.refused[i];

		if (refused->accepted)
			report_notice(tunnel->report, "offer %s is not taken: %s",
				      refused->what, refused->why);
		else
			report_log(tunnel->report, LOG_NOTICE, "offer %s is not taken: %s",
				   refused->what, refused->why);
	}
}

/* What cannot be set leaves a link that lacks a part, as `status` says: a link without
 * names is better than none. */
static int put_first(struct names_bus *bus, struct tunnel *tunnel)
{
	struct names_state state;

	names_look_up(bus, 0, &state);
	if (state.manager == NAMES_RESOLVED && state.why[0] == '\0' &&
	    await_link(bus, tunnel) != 0)
		return -1;
	names_look_up(bus, tunnel->link.index, &state);
	if (note(tunnel, state.manager) != 0 || note_wanted(tunnel) != 0)
		return -1;
	if (state.why[0] == '\0' && names_put(bus, &state, tunnel) != 0)
		return -1;
	snprintf(tunnel->names_why, sizeof tunnel->names_why, "%s", state.why);
	/* The next step fails by it. */
	if (state.link_gone)
		return 0;
	if (state.why[0] == '\0')
		report_progress(tunnel->report, "%s asks %zu name server%s through %s",
				names_manager_title(state.manager), tunnel->names.nservers,
				tunnel->names.nservers == 1 ? "" : "s", tunnel->link.name);
	else
		report_notice(tunnel->report,
			      "its name servers are not asked until this is mended: %s",
			      state.why);
	return 0;
}

int tunnel_set_names(struct tunnel *tunnel)
{
	struct names_bus bus = {.bus = NULL};
	struct error err;
	int result;

	if (choose_names(tunnel->profile, &tunnel->ready, &tunnel->choice, &tunnel->names,
			 &tunnel->failure) != 0)
		return -1;
	tell_refused(tunnel);
	if (tunnel->names.nservers == 0)
		return 0;
	/* Without a bus, there may be resolvconf. */
	resolved_begin(&bus);
	(void)resolved_connect(&bus, &err);
	result = put_first(&bus, tunnel);
	resolved_close(&bus);
	return result;
}

int names_undo(const struct journal_entry *entry, struct error *err)
{
	struct names_bus bus = {.bus = NULL};
	bool runs;

	if (entry->manager == NAMES_RESOLVCONF)
		return resolvconf_is_there() ? resolvconf_unset(entry->name, err) : 0;
	resolved_begin(&bus);
	/* Whether it is there and answers or not, it forgets them with the interface. */
	if (entry->manager != NAMES_RESOLVED || resolved_connect(&bus, err) != 0)
		return 0;
	if (resolved_runs(&bus, &runs, err) == 0 && runs)
		(void)resolved_revert(&bus, entry->index, err);
	resolved_close(&bus);
	return 0;
}
