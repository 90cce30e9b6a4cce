/* SPDX-License-Identifier: ISC */
/* Section numbers are those of the SARIF 2.1.0 specification. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/tool/report/json.h"
#include "policy/tool/report/report.h"
#include "policy/tool/report/roles.h"

enum { ENCODED_LEN = 3 }; /* %HH */

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("-._~/", c) != NULL);
}

/* RFC 3986: an absolute path becomes a file:// URI, another one a relative reference. In
 * that a colon would end a scheme, so everything is encoded that is not unreserved. */
static json_t *path_uri(const char *path)
{
	static const char scheme[] = "file://";
	char *uri = malloc(sizeof scheme + strlen(path) * ENCODED_LEN), *at = uri;
	json_t *out;

	if (uri == NULL)
		return NULL;
	if (path[0] == '/')
		at = stpcpy(at, scheme);
	for (; *path != '\0'; path++) {
		if (is_unreserved(*path))
			*at++ = *path;
		else
			at += snprintf(at, ENCODED_LEN + 1, "%%%02X", (unsigned char)*path);
	}
	*at = '\0';
	out = json_string(uri);
	free(uri);
	return out;
}

static json_t *region(const struct finding *finding)
{
	if (finding->column == 0)
		return json_pack("{s:I}", "startLine", (json_int_t)finding->line);
	return json_pack("{s:I, s:I}", "startLine", (json_int_t)finding->line,
			 "startColumn", (json_int_t)finding->column);
}

/* 3.27.12: a result without a place has an empty array. */
static json_t *locations(const struct finding *finding)
{
	json_t *place;

	if (finding->file[0] == '\0')
		return json_array();
	place = json_pack("{s:{s:o}}", "artifactLocation", "uri", path_uri(finding->file));
	if (finding->line != 0)
		json_put(&place, "region", region(finding));
	return json_pack("[{s:o}]", "physicalLocation", place);
}

/* 3.27.23: either all results of a run have suppressions or none has, so that most have an
 * empty list. */
static json_t *suppressions(const struct finding *finding)
{
	if (finding->waived == NULL)
		return json_array();
	return json_pack("[{s:s, s:s, s:o}]", "kind", "inSource", "status", "accepted",
			 "justification", json_text(finding->waived));
}

struct log {
	const struct findings *findings;
	/* the place of each rule among those that are printed */
	size_t index[RULE_COUNT];
};

static json_t *result(const void *context, size_t i)
{
	const struct log *log = context;
	const struct finding *finding = &log->findings->list[i];
	const struct rule *rule = &rules[finding->rule];

	return json_pack("{s:s, s:I, s:s, s:{s:o}, s:o, s:o}", "ruleId", rule->id,
			 "ruleIndex", (json_int_t)log->index[finding->rule], "level",
			 severity_name(rule->severity), "message", "text",
			 json_text(finding->text), "locations", locations(finding),
			 "suppressions", suppressions(finding));
}

/* The severities have the names of SARIF's levels. */
static json_t *descriptor(const struct rule *rule)
{
	return json_pack("{s:s, s:{s:s}, s:{s:s}, s:{s:o}, s:{s:s}}", "id", rule->id,
			 "shortDescription", "text", rule->title, "fullDescription", "text",
			 rule->why, "help", "text",
			 json_sprintf("%s %s", rule->why, rule->remedy),
			 "defaultConfiguration", "level", severity_name(rule->severity));
}

/* The rules that findings break, in the table's order. */
static json_t *descriptors(struct log *log)
{
	json_t *list = json_array();

	for (size_t rule = 0; rule < RULE_COUNT; rule++) {
		log->index[rule] = json_array_size(list);
		if (log->findings->broken[rule])
			json_append(&list, descriptor(&rules[rule]));
	}
	return list;
}

int sarif_print(const struct findings *findings, const char *command)
{
	struct log log = {.findings = findings};
	json_t *driver, *run, *document;

	driver = json_pack("{s:s, s:s, s:o}", "name", "vpn-policy", "semanticVersion",
			   VERSION, "rules", descriptors(&log));
	run = json_pack("{s:{s:o}, s:{s:o}, s:[{s:b}], s:s, s:o}", "tool", "driver", driver,
			/* 3.17.3: what follows the last slash would identify the run */
			"automationDetails", "id", json_sprintf("%s/", command),
			"invocations", "executionSuccessful", 1, "columnKind",
			"unicodeCodePoints", "results", json_list_here());
	if (findings->roles != NULL)
		json_put(&run, "properties",
			 json_pack("{s:o}", "roles", roles_json(findings->roles)));
	document = json_pack("{s:s, s:s, s:[o]}", "$schema",
			     "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/"
			     "schemas/sarif-schema-2.1.0.json",
			     "version", "2.1.0", "runs", run);
	return json_print_list(document, findings->count, result, &log);
}
