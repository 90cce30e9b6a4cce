/* SPDX-License-Identifier: ISC */
#include "policy/tool/report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/language/path.h"
#include "policy/tool/base/cli.h"
#include "policy/tool/report/json.h"
#include "policy/tool/report/roles.h"

bool report_wants_colour(int fd)
{
	const char *term = getenv("TERM"), *none = getenv("NO_COLOR");

	return isatty(fd) && (none == NULL || *none == '\0') && term != NULL &&
	       strcmp(term, "dumb") != 0;
}

/* A file's name is printed on terminals: whatever it contains becomes one plain line. A
 * name that is longer than a path can be ends in dots. */
const char *report_place(const struct finding *finding, char out[REPORT_PLACE_MAX])
{
	const struct error at = {.line = finding->line, .column = finding->column};
	static const char cut[] = "...";
	const char *name = finding->file;
	size_t used = 0;

	for (; used < PATH_TEXT_MAX - 1 && name[used] != '\0'; used++)
		out[used] = name[used] < 0x20 || name[used] > 0x7e ? '?' : name[used];
	if (name[used] != '\0')
		memcpy(out + used - (sizeof cut - 1), cut, sizeof cut - 1);
	error_where(&at, out + used);
	return out;
}

void report_severity(enum severity severity, bool colour, char out[REPORT_SEVERITY_MAX])
{
	static const char *const colours[SEVERITY_COUNT] = {"\033[36m", "\033[33m",
							    "\033[31m"};

	snprintf(out, REPORT_SEVERITY_MAX, "%s%s:%s", colour ? colours[severity] : "",
		 severity_name(severity), colour ? "\033[0m" : "");
}

static void print_text(const struct finding *finding, bool colour)
{
	const struct rule *rule = &rules[finding->rule];
	char place[REPORT_PLACE_MAX], severity[REPORT_SEVERITY_MAX];

	report_severity(rule->severity, colour, severity);
	/* In one call, as standard error is not buffered. */
	fprintf(stderr, "%s%s%s %s [%s]\n", report_place(finding, place),
		finding->file[0] != '\0' ? ": " : "", severity, finding->text, rule->id);
}

/* What is not known is left out. */
static json_t *finding_json(const void *context, size_t i)
{
	const struct finding *finding = &((const struct findings *)context)->list[i];
	const struct rule *rule = &rules[finding->rule];
	json_t *out = json_pack("{s:s, s:s}", "rule", rule->id, "severity",
				severity_name(rule->severity));

	if (finding->file[0] != '\0')
		json_put(&out, "file", json_text(finding->file));
	if (finding->line != 0)
		json_put(&out, "line", json_integer(finding->line));
	if (finding->line != 0 && finding->column != 0)
		json_put(&out, "column", json_integer(finding->column));
	json_put(&out, "text", json_text(finding->text));
	if (finding->waived != NULL)
		json_put(&out, "waived", json_text(finding->waived));
	return out;
}

/* The rules that findings break, in the table's order. */
static json_t *rules_json(const struct findings *findings)
{
	json_t *list = json_array();

	for (size_t i = 0; i < RULE_COUNT; i++)
		if (findings->broken[i])
			json_append(
			    &list, json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", rules[i].id,
					     "severity", severity_name(rules[i].severity),
					     "title", rules[i].title, "why", rules[i].why,
					     "mend", rules[i].remedy));
	return list;
}

static json_t *report_json(const struct findings *findings, const char *command)
{
	const size_t *by = findings->by_severity;
	json_t *report = json_envelope(command);
	json_t *counts = json_pack(
	    "{s:I, s:I, s:I, s:I}", "error", (json_int_t)by[SEVERITY_ERROR], "warning",
	    (json_int_t)by[SEVERITY_WARNING], "note", (json_int_t)by[SEVERITY_NOTE],
	    "waived", (json_int_t)findings->waived);

	if (findings->roles != NULL)
		json_put(&report, "roles", roles_json(findings->roles));
	json_put(&report, "counts", counts);
	json_put(&report, "findings", json_list_here());
	json_put(&report, "rules", rules_json(findings));
	return report;
}

int report_findings(const struct findings *findings, const char *command,
		    enum report_format format)
{
	const bool colour = report_wants_colour(STDERR_FILENO);

	if (findings->lost) {
		(void)cli_out_of_memory();
		return -1;
	}
	if (format == REPORT_JSON)
		return json_print_list(report_json(findings, command), findings->count,
				       finding_json, findings);
	if (format == REPORT_SARIF)
		return sarif_print(findings, command);
	for (size_t i = 0; i < findings->count; i++)
		if (findings->list[i].waived == NULL)
			print_text(&findings->list[i], colour);
	return 0;
}
