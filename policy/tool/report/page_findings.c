/* SPDX-License-Identifier: ISC */
/* What was found, rule by rule, the worst first; and what is waived, with its reason. */
#include "policy/tool/report/html.h"
#include "policy/tool/report/page.h"
#include "policy/tool/report/report.h"

/* More places of one rule are folded away. */
enum { PLACES_SHOWN = 8 };

static size_t count_of(const struct findings *findings, enum rule_name rule)
{
	size_t count = 0;

	for (size_t i = 0; i < findings->count; i++)
		count += findings->list[i].rule == rule && findings->list[i].waived == NULL;
	return count;
}

static void print_place(FILE *out, const struct finding *finding)
{
	char place[REPORT_PLACE_MAX];

	fputs("<li><code>", out);
	html_text(out, report_place(finding, place)[0] != '\0' ? place : "the host");
	fputs("</code>: ", out);
	html_text(out, finding->text);
	if (finding->waived != NULL) {
		html_printf(out, " [%s]", rules[finding->rule].id);
		fputs("<br><span class=\"soft\">waived: ", out);
		html_text(out, finding->waived);
		fputs("</span>", out);
	}
	fputs("</li>\n", out);
}

static void print_places(const struct findings *findings, enum rule_name rule, size_t count,
			 FILE *out)
{
	const bool fold = count > PLACES_SHOWN;

	if (fold)
		fprintf(out, "<details><summary>%zu places</summary>", count);
	fputs("<ul>\n", out);
	for (size_t i = 0; i < findings->count; i++)
		if (findings->list[i].rule == rule && findings->list[i].waived == NULL)
			print_place(out, &findings->list[i]);
	fputs(fold ? "</ul></details>\n" : "</ul>\n", out);
}

static void print_rule(const struct findings *findings, enum rule_name name, size_t count,
		       FILE *out)
{
	const struct rule *rule = &rules[name];
	const char *severity = severity_name(rule->severity);

	fprintf(out, "<article class=\"%s%s\" id=\"rule-%s\"><h3><b class=\"sev\">%s</b>",
		severity, count > PLACES_SHOWN ? " long" : "", rule->id, severity);
	html_printf(out, "%s [%s]", rule->title, rule->id);
	fputs("</h3>\n", out);
	print_places(findings, name, count, out);
	fputs("<p><b>Why</b> ", out);
	html_text(out, rule->why);
	fputs("</p><p><b>How to mend it</b> ", out);
	html_text(out, rule->remedy);
	fputs("</p></article>\n", out);
}

static void print_waived(const struct findings *findings, FILE *out)
{
	const bool fold = findings->waived > PLACES_SHOWN;

	if (findings->waived == 0)
		return;
	fputs("<h2 id=\"waived\">Waived</h2>\n<p>The administrator has accepted these, "
	      "with a "
	      "reason.</p>\n",
	      out);
	if (fold)
		fprintf(out, "<details><summary>%zu findings</summary>", findings->waived);
	fputs("<ul>\n", out);
	for (size_t i = 0; i < findings->count; i++)
		if (findings->list[i].waived != NULL)
			print_place(out, &findings->list[i]);
	fputs(fold ? "</ul></details>\n" : "</ul>\n", out);
}

void page_findings(const struct page *page, FILE *out)
{
	bool any = false;

	fputs("<h2 id=\"findings\">Findings</h2>\n", out);
	for (unsigned severity = SEVERITY_COUNT; severity-- > 0;)
		for (unsigned rule = 0; rule < RULE_COUNT; rule++) {
			const size_t count = rules[rule].severity == severity
						 ? count_of(page->findings, rule)
						 : 0;

			any |= count > 0;
			if (count > 0)
				print_rule(page->findings, rule, count, out);
		}
	if (!any)
		fputs("<p class=\"empty\">Nothing was found.</p>\n", out);
	print_waived(page->findings, out);
}
