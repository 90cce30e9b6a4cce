/* SPDX-License-Identifier: ISC */
/* diagnose: a link that a supervisor has is looked at, and not disturbed. */
#include <stdio.h>
#include <string.h>

#include "local/diagnose.h"
#include "local/status.h"

static void skip_login(struct diagnosis *diagnosis)
{
	static const enum link_step steps[] = {
	    STEP_HOST_KEY,  STEP_LOGIN,	      STEP_COMMAND,	  STEP_AGENT,
	    STEP_READY,	    STEP_OFFERS,      STEP_PROGRAM_THERE, STEP_LCP,
	    STEP_ADDRESSES, STEP_ROUTES_THERE};

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		diagnosis_skip(diagnosis, steps[i], "the link is up: it is not disturbed");
}

/* Where a fault of the kernel's belongs. */
static enum link_step step_of(enum journal_kind kind)
{
	switch (kind) {
	case JOURNAL_ROUTE:
	case JOURNAL_HELD:
	case JOURNAL_TABLE:
	case JOURNAL_FILTER:
		return STEP_ROUTES_HERE;
	case JOURNAL_NAMES:
	case JOURNAL_SERVER:
	case JOURNAL_DOMAIN:
		return STEP_DNS;
	default:
		return STEP_LINK;
	}
}

/* Why name servers are not asked, and what to do: what is missing for it needs no word. */
static bool tell_names(struct diagnosis *diagnosis, const struct status *status)
{
	for (size_t i = 0; i < status->journal.count; i++) {
		const struct journal_entry *const entry = &status->journal.entries[i];
		char name[STATUS_NAME_TEXT_MAX], fault[STATUS_FAULT_TEXT_MAX];
		char what[FINDING_WHAT_MAX];
		struct failure failure;

		if (entry->kind != JOURNAL_NAMES || status->faults[i] == FAULT_NONE)
			continue;
		(void)status_fault_of(status, entry, name);
		snprintf(what, sizeof what, "names by %s", name);
		failure_set(&failure, EXIT_IMPAIRED, "%s",
			    status_fault_text(status, i, fault));
		diagnosis_failure(diagnosis, STEP_DNS, FINDING_NOT_TIMED, what, &failure);
		return true;
	}
	return false;
}

/* Nothing was made that could be put back. */
static void tell_hook(struct diagnosis *diagnosis, const struct status *status)
{
	struct remark finding = {.step = STEP_HERE,
				 .verdict = VERDICT_FAILED,
				 .code = EXIT_IMPAIRED,
				 .took = FINDING_NOT_TIMED};

	snprintf(finding.what, sizeof finding.what, "the program of Up");
	snprintf(finding.text, sizeof finding.text, "%s",
		 status->journal.failed[0] != '\0' ? status->journal.failed
						   : "it has failed");
	snprintf(finding.cure, sizeof finding.cure,
		 "vpn-connect logs %s has what it said; once it is mended, vpn-connect "
		 "restart %s runs it again",
		 status->name, status->name);
	diagnosis_add(diagnosis, &finding);
}

static void tell_faults(struct diagnosis *diagnosis, const struct status *status)
{
	const bool names = tell_names(diagnosis, status);

	for (size_t i = 0; i < status->journal.count; i++) {
		const struct journal_entry *const entry = &status->journal.entries[i];
		char name[STATUS_NAME_TEXT_MAX], fault[STATUS_FAULT_TEXT_MAX];
		struct remark finding = {.step = step_of(entry->kind),
					 .verdict = VERDICT_FAILED,
					 .code = EXIT_IMPAIRED,
					 .took = FINDING_NOT_TIMED};

		if (!status_shows(status, entry) || status->faults[i] == FAULT_NONE ||
		    (names && step_of(entry->kind) == STEP_DNS))
			continue;
		if (entry->kind == JOURNAL_HOOK_FAILED) {
			tell_hook(diagnosis, status);
			continue;
		}
		snprintf(finding.what, sizeof finding.what, "%s %s: %s",
			 status_fault_of(status, entry, name), name,
			 status_fault_text(status, i, fault));
		snprintf(finding.text, sizeof finding.text,
			 "this is not as the supervisor has made it, and it could not put "
			 "it back");
		snprintf(finding.cure, sizeof finding.cure,
			 "vpn-connect logs %s says why; vpn-connect restart %s makes it "
			 "anew",
			 status->name, status->name);
		diagnosis_add(diagnosis, &finding);
	}
}

static void gather(const struct journal *journal, struct link_parts *parts)
{
	for (size_t i = 0; i < journal->count; i++) {
		const struct journal_entry *const entry = &journal->entries[i];

		if (entry->kind == JOURNAL_PAIR)
			parts->pairs[entry->pair.local.family == AF_INET ? 0 : 1] =
			    entry->pair;
		else if (entry->kind == JOURNAL_ROUTE && parts->nroutes < CHOICE_ROUTES_MAX)
			parts->routes[parts->nroutes++] = entry->route.prefix;
		else if (entry->kind == JOURNAL_TABLE)
			parts->has_default = true;
		else if (entry->kind == JOURNAL_SERVER &&
			 parts->nservers < NAMES_SERVERS_MAX)
			parts->servers[parts->nservers++] = entry->endpoint;
	}
}

static void tell_link(struct diagnose *diagnose, const struct status *status)
{
	struct link_parts *const parts = &diagnose->parts;
	struct diagnosis *const diagnosis = diagnose->diagnosis;

	diagnosis->has_link = true;
	skip_login(diagnosis);
	tell_faults(diagnosis, status);
	if (!diagnosis->failed[STEP_LINK])
		diagnosis_ok(diagnosis, STEP_LINK, FINDING_NOT_TIMED, "%s is up, %u bytes",
			     status->link.name, status->link.mtu);
	*parts = (struct link_parts){.mtu = status->link.mtu};
	gather(&status->journal, parts);
	if (!diagnosis->failed[STEP_ROUTES_HERE])
		diagnosis_ok(diagnosis, STEP_ROUTES_HERE, FINDING_NOT_TIMED,
			     "%zu through %s", parts->nroutes, status->link.name);
	if (status->has_link)
		(void)diagnose_link(diagnose, parts);
}

/* The supervisor's own word: to try beside it would take its session. */
static void tell_waiting(struct diagnose *diagnose, const struct status *status)
{
	const struct journal_entry *const last =
	    journal_find(&status->journal, JOURNAL_FAILED);
	struct failure failure;
	char what[FINDING_WHAT_MAX];

	snprintf(what, sizeof what, "%s is %s", status->name, status_word(status->state));
	if (last == NULL)
		failure_set(&failure, EXIT_LINK,
			    "the supervisor is at work and has no link yet");
	else
		failure_set(&failure, (enum exit_code)last->code, "%s",
			    status->journal.failed);
	diagnosis_failure(diagnose->diagnosis, STEP_LINK, FINDING_NOT_TIMED, what,
			  &failure);
	diagnosis_add(diagnose->diagnosis,
		      &(struct remark){
			  .step = STEP_STATE,
			  .verdict = VERDICT_NOTE,
			  .took = FINDING_NOT_TIMED,
			  .what = "that is what its supervisor met the last time",
			  .cure = "vpn-connect down, and diagnose again tries each step by "
				  "itself"});
}

void diagnose_live(struct diagnose *diagnose)
{
	struct status *const status = &diagnose->status;
	struct error err;

	if (status_read(diagnose->profile->name, status, &err) != 0) {
		diagnosis_skip(diagnose->diagnosis, STEP_LINK, "%s", err.text);
		return;
	}
	if (status->state == LINK_UP || status->state == LINK_IMPAIRED)
		tell_link(diagnose, status);
	else
		tell_waiting(diagnose, status);
}
