/* SPDX-License-Identifier: ISC */
/*
 * What the system log has of a request: one record with the verdict and, if that is allow,
 * one with the confinement of what is launched, joined by the id. Both are written at the
 * last moment, when only execve(2) itself could still fail. key=value on one line, in the
 * order below; "-" for what is not known. Whatever is not of a fixed alphabet is quoted by
 * escape_quoted().
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/base/log.h"
#include "agent/base/refusal.h"
#include "policy/language/escape.h"

enum {
	/* All but reason and request: names, addresses and numbers, each bounded, and the
	 * rule. */
	FIELDS_MAX = 256 + AGENT_RULE_MAX,
	REASON_MAX = 512,
	PORT_TEXT_MAX = 8,
	/* of the reason's escaped text, however long the other fields are */
	REASON_SHOWN_MIN = 160,
	/* of where packets may go: one prefix, and dots */
	REACH_SHOWN_MIN = PREFIX_TEXT_MAX + 8,
};
_Static_assert(FIELDS_MAX + INTAKE_SHOWN_MAX + REASON_SHOWN_MIN <= LOG_BODY_MAX,
	       "a verdict has to fit into one record");

static const char *or_dash(const char *text)
{
	return text != NULL && text[0] != '\0' ? text : "-";
}

static void print_client(const struct intake_identity *who, char from[ADDRESS_TEXT_MAX],
			 char port[PORT_TEXT_MAX],
			 char fingerprint[KEY_FINGERPRINT_TEXT_MAX])
{
	from[0] = port[0] = fingerprint[0] = '\0';
	if (who->from.family == AF_INET || who->from.family == AF_INET6) {
		ip_addr_print(&who->from, from);
		snprintf(port, PORT_TEXT_MAX, "%u", who->port);
	}
	if (who->key_told)
		key_fingerprint(who->digest, fingerprint);
}

/* "FILE:LINE:COLUMN", or "" when nothing decided. None of the agent's files is longer. */
static void print_rule(const struct rule_place *rule, char text[AGENT_RULE_MAX])
{
	const struct error at = {.line = rule->line, .column = rule->column};
	const size_t len = strlen(rule->file);

	text[0] = '\0';
	if (len + ERROR_WHERE_MAX > AGENT_RULE_MAX)
		return;
	memcpy(text, rule->file, len);
	error_where(&at, text + len);
}

/* 0, or -1 when the log did not take it. */
static int record_verdict(const struct login *login, int priority, const char *verdict,
			  enum exit_code code, const char *reason)
{
	const struct intake *intake = &login->intake;
	const char *verb =
	    intake->what.state == INTAKE_OK ? verb_name(intake->what.request.verb) : NULL;
	char fields[FIELDS_MAX], shown[LOG_BODY_MAX - FIELDS_MAX - INTAKE_SHOWN_MAX];
	char from[ADDRESS_TEXT_MAX], port[PORT_TEXT_MAX],
	    fingerprint[KEY_FINGERPRINT_TEXT_MAX], rule[AGENT_RULE_MAX];
	int len;

	print_client(&intake->who, from, port, fingerprint);
	print_rule(&login->rule, rule);
	len = snprintf(
	    fields, sizeof fields,
	    "verdict=%s id=%s code=%d peer=%s verb=%s from=%s port=%s key=%s rule=%s",
	    verdict, login->id, (int)code, or_dash(intake->who.peer), or_dash(verb),
	    or_dash(from), or_dash(port), or_dash(fingerprint), or_dash(rule));
	if (len < 0 || (size_t)len >= sizeof fields)
		return -1;
	return log_record(priority, "%s reason=%s request=%s", fields,
			  escape_quoted(reason, strlen(reason), shown, sizeof shown),
			  or_dash(intake->what.shown));
}

/* Prefixes parted by commas; dots at the end where not all of them fit. */
static void print_prefixes(const struct ip_prefix *list, size_t count, char *text,
			   size_t size)
{
	static const char dots[] = ",...";
	char prefix[PREFIX_TEXT_MAX];
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		const size_t len = strlen(ip_prefix_print(&list[i], prefix));

		if (used + 1 + len + sizeof dots > size) {
			snprintf(text + used, size - used, "%s", dots);
			return;
		}
		used += (size_t)snprintf(text + used, size - used, "%s%s", i > 0 ? "," : "",
					 prefix);
	}
}

/* Where the peer's packets may go, by what is launched. */
static void print_reach(const struct login *login, char *text, size_t size)
{
	struct ip_prefix list[PEER_REACH_ALL_MAX];
	const size_t count = peer_reach_all(&login->peer, list);
	const bool link = login_launches_ppp(login);

	if (link && count > 0 && login->engine == PPP_PPPTUN)
		print_prefixes(list, count, text, size);
	else
		snprintf(text, size, "%s", !link ? "-" : count > 0 ? "not-held" : "any");
}

/* 0, or -1 when the log did not take it. */
static int record_launch(const struct login *login, const char *program,
			 const char *interface)
{
	char body[LOG_BODY_MAX];
	const int len = snprintf(
	    body, sizeof body,
	    "confinement=in-force id=%s program=%s interface=%s %s reach=", login->id,
	    program, interface, login->report.text);

	if (len < 0 || (size_t)len + REACH_SHOWN_MIN > sizeof body)
		return -1;
	print_reach(login, body + len, sizeof body - (size_t)len);
	return log_record(LOG_INFO, "%s", body);
}

void agent_record(const struct login *login, const char *program, const char *interface)
{
	if (record_verdict(login, LOG_INFO, "allow", EXIT_DONE, login->verdict.reason) !=
		0 ||
	    record_launch(login, program, interface) != 0)
		agent_refuse(login, EXIT_SYSTEM, "the system log did not take the record");
}

/* What the client is told. */
static const char *refusal_of(const struct login *login, enum exit_code code)
{
	if (login->refusal != NULL)
		return login->refusal;
	if (login->no_peer && code == EXIT_POLICY)
		return REFUSAL_NO_PEER;
	if (login->answered && code == EXIT_BUSY)
		return REFUSAL_ANSWERED;
	return refusal_words(code);
}

void agent_refuse(const struct login *login, enum exit_code code, const char *fmt, ...)
{
	char reason[REASON_MAX];
	va_list args;

	va_start(args, fmt);
	error_show_cut(reason, sizeof reason, vsnprintf(reason, sizeof reason, fmt, args));
	va_end(args);
	record_verdict(login, LOG_WARNING, login->verdict.allow ? "failed" : "deny", code,
		       reason);
	refusal_tell(refusal_of(login, code), login->id, login->raw);
	_exit(code);
}
