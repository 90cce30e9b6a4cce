/* SPDX-License-Identifier: ISC */
/* Waivers: a comment line "# waive RULE-ID: reason" in a policy file excludes the findings
 * of that rule in that file from the count. They stay in the list, with the reason. */
#ifndef SALLYPORT_POLICY_TOOL_REPORT_WAIVER_H
#define SALLYPORT_POLICY_TOOL_REPORT_WAIVER_H

#include <stddef.h>

#include "policy/tool/report/finding.h"

struct waiver {
	/* owned */
	char *file, *reason;
	unsigned line;
	enum rule_name rule;
	bool used;
};

struct waivers {
	struct waiver *list;
	size_t count, size;
};

/* Reads the waivers in one file's text; adds a finding for each that is wrong. */
void waivers_read(struct waivers *waivers, struct findings *findings, const char *file,
		  const char *text, size_t len);
/* Marks the findings that are waived, and adds one for each waiver that waived nothing.
 * Call it once, at the end. */
void waivers_apply(struct waivers *waivers, struct findings *findings);
void waivers_free(struct waivers *waivers);

#endif
