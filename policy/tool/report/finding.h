/* SPDX-License-Identifier: ISC */
/* What vpn-policy finds: which rule is broken, where, and a sentence. rules.def has the
 * rules. */
#ifndef SALLYPORT_POLICY_TOOL_REPORT_FINDING_H
#define SALLYPORT_POLICY_TOOL_REPORT_FINDING_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "policy/language/error.h"

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR, SEVERITY_COUNT };

enum rule_name {
#define RULE(name, id, severity, title, why, remedy) RULE_##name,
#include "policy/tool/report/rules.def"
#undef RULE
	RULE_COUNT,
};

struct rule {
	/* its name in brackets, in waivers and in SARIF */
	const char *id;
	enum severity severity;
	/* a phrase, and two sentences */
	const char *title, *why, *remedy;
};

extern const struct rule rules[RULE_COUNT];
/* The rule of that id, or RULE_COUNT. */
enum rule_name rule_find(const char *id, size_t len);
/* An error cannot be waived: the agent ignores waivers. */
bool rule_waivable(enum rule_name rule);
const char *severity_name(enum severity severity);

/* The length of a finding's sentence; two paths fit. */
enum { FINDING_TEXT_MAX = 8192 };

struct finding {
	enum rule_name rule;
	/* owned; any bytes; "" when no file is at fault. line and column are 0 when
	 * unknown. */
	char *file;
	unsigned line, column;
	/* owned; one line of printable ASCII. Where it is longer than FINDING_TEXT_MAX, "
	 * [...] " replaces its middle. */
	char *text;
	/* owned; the waiver's reason; NULL when it is not waived */
	char *waived;
};

struct roles;

struct findings {
	struct finding *list;
	size_t count, size;
	/* of those that are not waived */
	size_t by_severity[SEVERITY_COUNT];
	size_t waived;
	/* which rules are broken, waived or not */
	bool broken[RULE_COUNT];
	/* The roles of the host that was looked at; NULL when it was not a host. */
	const struct roles *roles;
	/* Memory ran out, and a finding was lost: the result means nothing. */
	bool lost;
};

/* Zero is an empty list. What is not printable ASCII in the text becomes '?'. */
void findings_add(struct findings *findings, enum rule_name rule, const char *file,
		  unsigned line, unsigned column, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
void findings_vadd(struct findings *findings, enum rule_name rule, const char *file,
		   unsigned line, unsigned column, const char *fmt, va_list args)
    __attribute__((format(printf, 6, 0)));
/* Sorts by file, line, column and rule, drops what is there twice, and counts. */
void findings_sort(struct findings *findings);
void findings_free(struct findings *findings);

#endif
