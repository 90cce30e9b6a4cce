/* SPDX-License-Identifier: ISC */
/* While a link is up: whoever is in charge of names may be started anew, or be another. */
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <systemd/sd-bus.h>

#include "agent/base/deadline.h"
#include "local/names.h"

static void disconnect(struct names_keeper *keeper)
{
	if (keeper->fd >= 0)
		changes_forget(keeper->changes, keeper->fd);
	keeper->fd = -1;
	resolved_close(&keeper->bus);
}

/* Without a bus there is nothing to be told by. */
static void connect_bus(struct names_keeper *keeper)
{
	struct error err;

	if (keeper->bus.bus != NULL || resolved_connect(&keeper->bus, &err) != 0)
		return;
	keeper->fd = sd_bus_get_fd(keeper->bus.bus);
	if (resolved_watch(&keeper->bus, &keeper->changed, &err) != 0 ||
	    changes_watch(keeper->changes, keeper->fd, &err) != 0)
		disconnect(keeper);
}

void names_keeper_begin(struct names_keeper *keeper, const struct tunnel *tunnel,
			struct changes *changes)
{
	*keeper = (struct names_keeper){.fd = -1, .changes = changes};
	snprintf(keeper->told, sizeof keeper->told, "%s", tunnel->names_why);
}

void names_keeper_end(struct names_keeper *keeper)
{
	disconnect(keeper);
}

bool names_keeper_take(struct names_keeper *keeper)
{
	int code = 0;

	while (keeper->bus.bus != NULL &&
	       (code = sd_bus_process(keeper->bus.bus, NULL)) > 0)
		;
	if (code < 0) {
		disconnect(keeper);
		return true;
	}
	return keeper->changed;
}

static void tell(struct names_keeper *keeper, const struct tunnel *tunnel,
		 const struct names_state *state)
{
	/* Whoever watches the link says so. */
	if (state->link_gone || strcmp(keeper->told, state->why) == 0)
		return;
	snprintf(keeper->told, sizeof keeper->told, "%s", state->why);
	if (state->why[0] == '\0')
		report_log(tunnel->report, LOG_NOTICE,
			   "its name servers are asked again through %s",
			   tunnel->link.name);
	else
		report_log(tunnel->report, LOG_WARNING, "%s: %s",
			   state->unknown
			       ? "whether its name servers are asked cannot be seen"
			       : "its name servers are not asked",
			   state->why);
}

static bool put_back(struct names_keeper *keeper, struct mend *mend, struct tunnel *tunnel,
		     struct names_state *state)
{
	if (!mend_may(mend, MEND_NAMES, monotonic_ms())) {
		snprintf(state->why, sizeof state->why,
			 "somebody else changes them again and again, although they were "
			 "put back: find out which program of this host does that");
		tell(keeper, tunnel, state);
		return false;
	}
	if (keeper->told[0] == '\0')
		report_log(tunnel->report, LOG_WARNING,
			   "the name servers of %s were changed or forgotten by somebody "
			   "else: put back",
			   tunnel->link.name);
	if (names_put(&keeper->bus, state, tunnel) != 0)
		return false;
	tell(keeper, tunnel, state);
	/* What could not be put back is nobody's doing. */
	return state->why[0] == '\0' && mend_count(mend, MEND_NAMES, monotonic_ms());
}

/* A bus that was started anew has ended the connection, and takes another one. */
static void look_up(struct names_keeper *keeper, int index, struct names_state *out)
{
	resolved_begin(&keeper->bus);
	connect_bus(keeper);
	keeper->changed = false;
	names_look_up(&keeper->bus, index, out);
	if (!out->unknown || keeper->bus.bus == NULL)
		return;
	disconnect(keeper);
	connect_bus(keeper);
	names_look_up(&keeper->bus, index, out);
}

bool names_keeper_look(struct names_keeper *keeper, struct mend *mend,
		       struct tunnel *tunnel)
{
	struct names_state state;

	if (tunnel->names.nservers == 0)
		return true;
	look_up(keeper, tunnel->link.index, &state);
	if (state.why[0] != '\0') {
		tell(keeper, tunnel, &state);
		/* A file that is changed is told of, and so is a name on the bus. */
		return state.manager == NAMES_NONE;
	}
	if (!names_stand(&state, &tunnel->names))
		return put_back(keeper, mend, tunnel, &state);
	tell(keeper, tunnel, &state);
	return true;
}
