/* SPDX-License-Identifier: ISC */
#include "local/control_request.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	bool changes, needs_name, takes_name, waits;
	uint32_t flags;
} verbs[CONTROL_VERBS] = {
    [CONTROL_STATUS] = {"status", false, false, true, false,
			CONTROL_JSON | CONTROL_QUIET | CONTROL_WATCH},
    [CONTROL_LIST] = {"list", false, false, false, false, CONTROL_JSON},
    [CONTROL_LOGS] = {"logs", false, true, true, false, CONTROL_FOLLOW},
    [CONTROL_UP] = {"up", true, true, true, true, CONTROL_QUIET | CONTROL_VERBOSE},
    [CONTROL_DOWN] = {"down", true, true, true, false, CONTROL_QUIET | CONTROL_VERBOSE},
    [CONTROL_RESTART] = {"restart", true, true, true, true,
			 CONTROL_QUIET | CONTROL_VERBOSE},
    [CONTROL_RELOAD] = {"reload", true, true, true, false, CONTROL_QUIET},
};

enum control_verb control_verb_find(const char *name)
{
	unsigned verb = 0;

	while (verb < CONTROL_VERBS && strcmp(verbs[verb].name, name) != 0)
		verb++;
	return (enum control_verb)verb;
}

const char *control_verb_name(enum control_verb verb)
{
	return verbs[verb].name;
}

bool control_verb_changes(enum control_verb verb)
{
	return verbs[verb].changes;
}

int control_request_make(enum control_verb verb, const char *name,
			 const struct command_options *options, struct control_request *out,
			 struct error *err)
{
	*out = (struct control_request){.magic = CONTROL_MAGIC, .verb = verb};
	if (options->dry_run || options->foreground || options->once)
		return error_set(err,
				 "only root may use --dry-run, --foreground or --once");
	out->flags =
	    (options->json ? CONTROL_JSON : 0) | (options->quiet ? CONTROL_QUIET : 0) |
	    (options->verbose ? CONTROL_VERBOSE : 0) |
	    (options->follow ? CONTROL_FOLLOW : 0) | (options->watch ? CONTROL_WATCH : 0);
	/* What a verb has no use for would not be taken. */
	out->flags &= verbs[verb].flags;
	out->wait_ms = verbs[verb].waits ? options->wait_ms : 0;
	out->lines = verb == CONTROL_LOGS ? options->lines : 0;
	if (name != NULL)
		snprintf(out->name, sizeof out->name, "%s", name);
	return 0;
}

/* Ends within the field, and nothing is behind it. */
static bool name_is_sane(const struct control_request *request)
{
	const size_t len = strnlen(request->name, sizeof request->name);

	if (len == sizeof request->name)
		return false;
	for (size_t i = len; i < sizeof request->name; i++)
		if (request->name[i] != '\0')
			return false;
	if (len == 0)
		return !verbs[request->verb].needs_name;
	return verbs[request->verb].takes_name && policy_name_valid(request->name);
}

bool control_request_is_sane(const struct control_request *request)
{
	if (request->magic != CONTROL_MAGIC || request->verb >= CONTROL_VERBS ||
	    (request->flags & ~verbs[request->verb].flags) != 0)
		return false;
	if (verbs[request->verb].waits ? request->wait_ms < OPTION_WAIT_FIRST ||
					     request->wait_ms > OPTION_WAIT_MAX_S * 1000
				       : request->wait_ms != 0)
		return false;
	if (request->verb == CONTROL_LOGS ? request->lines > OPTION_LINES_MAX
					  : request->lines != 0)
		return false;
	return name_is_sane(request);
}

void control_request_options(const struct control_request *request,
			     struct command_options *out)
{
	*out = (struct command_options){
	    .json = (request->flags & CONTROL_JSON) != 0,
	    .quiet = (request->flags & CONTROL_QUIET) != 0,
	    .verbose = (request->flags & CONTROL_VERBOSE) != 0,
	    .follow = (request->flags & CONTROL_FOLLOW) != 0,
	    .watch = (request->flags & CONTROL_WATCH) != 0,
	    .wait_ms = request->wait_ms,
	    .lines = request->lines,
	};
}
