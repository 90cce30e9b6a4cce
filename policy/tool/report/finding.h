/* SPDX-License-Identifier: ISC */
/* What vpn-policy finds: a rule, where, and in words. The rules are the table rules.def. */
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
	/* what stands in brackets, in waivers and in SARIF */
	const char *id;
	enum severity severity;
	/* one phrase; and a sentence each */
	const char *title, *why, *remedy;
};

extern const struct rule rules[RULE_COUNT];
/* The rule of that id, or RULE_COUNT. */
enum rule_name rule_find(const char *id, size_t len);
/* An error cannot be waived: the agent would not heed the waiver. */
bool rule_waivable(enum rule_name rule);
const char *severity_name(enum severity severity);

/* Of a finding's sentence; two paths fit. */
enum { FINDING_TEXT_MAX = 8192 };

struct finding {
	enum rule_name rule;
	/* owned; any bytes; "" when no file is at fault. line and column are 0 when
	 * unknown. */
	char *file;
	unsigned line, column;
	/* owned; printable ASCII, one line. Of one that is longer than FINDING_TEXT_MAX the
	 * middle is left out, and says so. */
	char *text;
	/* owned; NULL unless it is waived: the waiver's reason */
	char *waived;
};

struct roles;

struct findings {
	struct finding *list;
	size_t count, size;
	/* of those that are not waived */
	size_t by_severity[SEVERITY_COUNT];
	size_t waived;
	/* which rules they break, waived or not */
	bool broken[RULE_COUNT];
	/* Of a host, what it was looked at as; NULL: no host was. */
	const struct roles *roles;
	/* A finding was lost: memory ran out. The result is worth nothing. */
	bool lost;
};

/* Zero is an empty list. What is not printable ASCII in the text becomes '?'. */
void findings_add(struct findings *findings, enum rule_name rule, const char *file,
		  unsigned line, unsigned column, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
void findings_vadd(struct findings *findings, enum rule_name rule, const char *file,
		   unsigned line, unsigned column, const char *fmt, va_list args)
    __attribute__((format(printf, 6, 0)));
/* By file, line, column and rule, each once; then counts what is not waived. */
void findings_sort(struct findings *findings);
void findings_free(struct findings *findings);

#endif
