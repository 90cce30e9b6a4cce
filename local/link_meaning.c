/* SPDX-License-Identifier: ISC */
#include "local/link_meaning.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FIELD(out, field, ...) snprintf((out)->field, sizeof(out)->field, __VA_ARGS__)

static void begin(const struct link_answer *answer, struct remark *out)
{
	out->verdict = VERDICT_FAILED;
	out->code = EXIT_IMPAIRED;
	out->took = answer->took;
	out->what[0] = out->text[0] = out->cure[0] = '\0';
}

static void mean_unsent(const struct ping_result *result, struct remark *out)
{
	const char *reason = strerrordesc_np(result->sys);

	/* A child has said it, be it a number that no system has. */
	FIELD(out, text, "this host does not let the packet go: %s",
	      reason != NULL ? reason : "an unknown error");
	FIELD(out, cure, "%s",
	      result->sys == EPERM || result->sys == EACCES
		  ? "a packet filter here forbids it: look at nft list ruleset"
		  : "look at ip route get for the address");
}

static bool is_impossible(const struct ping_result *result, struct remark *out)
{
	if (result->end != PING_IMPOSSIBLE)
		return false;
	out->verdict = VERDICT_SKIPPED;
	FIELD(out, text,
	      "this process may not send pings: root may, and a group that "
	      "net.ipv4.ping_group_range names");
	return true;
}

void link_meaning_ping(const struct link_question *question,
		       const struct link_answer *answer, struct remark *out)
{
	const struct ping_result *const result = &answer->itself;
	char to[ADDRESS_TEXT_MAX];

	begin(answer, out);
	FIELD(out, what, "%s", ip_addr_print(&question->to, to));
	if (is_impossible(result, out))
		return;
	if (result->end == PING_ANSWERED) {
		out->verdict = VERDICT_OK;
		out->took = result->took;
		FIELD(out, what, "%s answers", to);
	} else if (result->end == PING_UNSENT) {
		mean_unsent(result, out);
	} else {
		FIELD(out, text,
		      "the link is up, and the remote's end of it does not answer: a "
		      "packet filter there drops it, or one here its answer");
		FIELD(out, cure, "have ICMP pass on the link's interfaces, on both hosts");
	}
}

void link_meaning_size(const struct link_question *question,
		       const struct link_answer *answer, struct remark *out)
{
	begin(answer, out);
	if (is_impossible(&answer->itself, out))
		return;
	if (answer->size == question->most) {
		out->verdict = VERDICT_OK;
		FIELD(out, what, "%u bytes, there and back", answer->size);
		return;
	}
	FIELD(out, what, "%u bytes, of an MTU of %u", answer->size, question->most);
	FIELD(out, text,
	      "packets of more than %u bytes vanish, so that connections begin and then "
	      "hang: the remote's interface is smaller, or a packet filter drops them",
	      answer->size);
	FIELD(out, cure, "say Mru %u in the profile or the peer, or have them pass there",
	      answer->size);
}

/* What somebody on the way has said of it. */
static void mean_refusal(const struct ping_result *result, const char *to, bool host,
			 struct remark *out)
{
	char by[ADDRESS_TEXT_MAX];

	ip_addr_print(&result->by, by);
	switch (ping_reason(result)) {
	case PING_PROHIBITED:
		FIELD(out, text, "not forwarded: %s says that a packet filter forbids it",
		      by);
		FIELD(out, cure, "have it pass in the forward chain there");
		break;
	case PING_NO_ROUTE:
		FIELD(out, text, "not forwarded: %s has no route to %s", by, to);
		FIELD(out, cure, "add that route there, or leave out the offer");
		break;
	case PING_NO_HOST:
		out->verdict = host ? VERDICT_FAILED : VERDICT_OK;
		if (!host)
			break;
		FIELD(out, text, "forwarded, and %s finds no host %s on its network", by,
		      to);
		FIELD(out, cure, "is the address right, and the host on?");
		break;
	case PING_TIME_EXCEEDED:
		FIELD(out, text, "the packet goes round in circles: %s ends it", by);
		FIELD(out, cure, "compare the routes to %s of the routers there", to);
		break;
	case PING_TOO_BIG:
	case PING_OTHER:
		FIELD(out, text, "%s refuses it (ICMP type %u code %u)", by, result->type,
		      result->code);
		break;
	}
}

static bool was_forwarded(const struct ping_result *result)
{
	return result->end == PING_REFUSED && ping_reason(result) == PING_TIME_EXCEEDED;
}

static void mean_silence(const struct link_question *question,
			 const struct link_answer *answer, bool answers, const char *to,
			 struct remark *out)
{
	char from[ADDRESS_TEXT_MAX], by[ADDRESS_TEXT_MAX];

	if (answer->one_hop.end == PING_REFUSED && !was_forwarded(&answer->one_hop)) {
		mean_refusal(&answer->one_hop, to, true, out);
	} else if (was_forwarded(&answer->two_hops)) {
		FIELD(out, text,
		      "no answer, though it is forwarded as far as %s: there or behind it "
		      "is no way back, or %s is silent",
		      ip_addr_print(&answer->two_hops.by, by), to);
		FIELD(out, cure, "look there for a route to %s, and for packet filters",
		      ip_addr_print(&question->from, from));
	} else if (was_forwarded(&answer->one_hop)) {
		FIELD(out, text,
		      "no way back: %s forwards, and nothing comes back from %s, which "
		      "may also be off, or answer no pings",
		      ip_addr_print(&answer->one_hop.by, by), to);
		FIELD(out, cure,
		      "%s, or its router, needs a route to %s through the remote; or the "
		      "remote masquerades what comes from the link",
		      to, ip_addr_print(&question->from, from));
	} else if (answers) {
		FIELD(out, text,
		      "not forwarded: the remote answers pings to itself, and says "
		      "nothing of a packet that ends there on its way to %s",
		      to);
		FIELD(out, cure,
		      "sysctl net.ipv4.ip_forward=1 there (IPv6: "
		      "net.ipv6.conf.all.forwarding), have packet filters pass it, and "
		      "let Offer or Reach of the peer name the network");
	} else {
		out->verdict = VERDICT_SKIPPED;
		FIELD(out, text,
		      "nothing answers at all, the remote's end of the link neither: so "
		      "nothing can be told of what is behind it");
	}
}

void link_meaning_behind(const struct link_question *question,
			 const struct link_answer *answer, bool answers, struct remark *out)
{
	const bool host = question->ask == LINK_ASK_BEHIND;
	const struct ping_result *const first = host ? &answer->itself : &answer->one_hop;
	char to[PREFIX_TEXT_MAX], by[ADDRESS_TEXT_MAX];

	begin(answer, out);
	if (host)
		ip_addr_print(&question->to, to);
	else
		ip_prefix_print(&question->network, to);
	FIELD(out, what, "%s", to);
	if (is_impossible(first, out))
		return;
	if (first->end == PING_ANSWERED) {
		out->verdict = VERDICT_OK;
		FIELD(out, what, "%s%s", to,
		      host ? " answers" : ": the remote itself is what answers there");
	} else if (!host && was_forwarded(first)) {
		out->verdict = VERDICT_OK;
		FIELD(out, what, "%s: %s forwards", to, ip_addr_print(&first->by, by));
	} else if (first->end == PING_UNSENT) {
		mean_unsent(first, out);
	} else if (first->end == PING_REFUSED) {
		mean_refusal(first, to, host, out);
	} else {
		mean_silence(question, answer, answers, to, out);
	}
}

void link_meaning_dns(const struct link_question *question,
		      const struct link_answer *answer, struct remark *out)
{
	char to[ADDRESS_TEXT_MAX];

	begin(answer, out);
	FIELD(out, what, "name server %s", ip_addr_print(&question->to, to));
	if (answer->dns == 0) {
		out->verdict = VERDICT_OK;
		FIELD(out, what, "name server %s answers", to);
		return;
	}
	FIELD(out, text, "the name server %s, which is behind the link, %s", to,
	      answer->dns == ETIMEDOUT	    ? "does not answer"
	      : answer->dns == ECONNREFUSED ? "is there, and serves no names"
					    : "cannot be reached");
	FIELD(out, cure,
	      "does it take questions from the link's address? Names fail until it does, "
	      "or /etc/resolv.conf names another");
}
