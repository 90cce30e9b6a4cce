/* SPDX-License-Identifier: ISC */
#include "local/filter_text.h"

#include <stdarg.h>
#include <stdio.h>

struct writing {
	char *buf;
	size_t used;
	bool overflow;
	struct filter_counts counts;
};

static void add(struct writing *out, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void add(struct writing *out, const char *fmt, ...)
{
	const size_t room = FILTER_TEXT_MAX - out->used;
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(out->buf + out->used, room, fmt, args);
	va_end(args);
	if (len < 0 || (size_t)len >= room)
		out->overflow = true;
	else
		out->used += (size_t)len;
}

const char *filter_name(const char *profile, char buf[FILTER_NAME_MAX])
{
	snprintf(buf, FILTER_NAME_MAX, "sallyport-%s", profile);
	return buf;
}

static void begin_chain(struct writing *out, const char *name, const char *hook,
			const char *policy)
{
	add(out, "\tchain %s {\n\t\ttype filter hook %s; policy %s;\n", name, hook, policy);
	out->counts.chains++;
}

static void end_chain(struct writing *out)
{
	add(out, "\t}\n");
}

#define RULE(out, ...)                                                                     \
	do {                                                                               \
		add(out, "\t\t" __VA_ARGS__);                                              \
		add(out, "\n");                                                            \
		(out)->counts.rules++;                                                     \
	} while (0)

static void add_gate(struct writing *out, uid_t uid, const struct gate *gate)
{
	char text[ADDRESS_TEXT_MAX];

	RULE(out, "meta skuid %u %s daddr %s tcp dport %u accept", (unsigned)uid,
	     gate->address.family == AF_INET ? "ip" : "ip6",
	     ip_addr_print(&gate->address, text), gate->port);
}

/* A program that is told so does not wait for an answer that cannot come. */
static void add_refusal(struct writing *out)
{
	RULE(out, "counter name refused reject with icmpx admin-prohibited");
	end_chain(out);
}

/* A lease is asked for by broadcast, and renewed from its server, which is in the network
 * or behind its router: not in the internet. */
static void add_dhcp(struct writing *out)
{
	RULE(out, "ip daddr { 255.255.255.255, 10.0.0.0/8, 100.64.0.0/10, 169.254.0.0/16, "
		  "172.16.0.0/12, 192.168.0.0/16 } udp sport 68 udp dport 67 accept");
	RULE(out, "ip6 daddr { ff02::1:2, fe80::/10 } udp sport 546 udp dport 547 accept");
}

/* What of this host's own packets may leave. */
static void add_passes(struct writing *out, const struct filter_plan *plan)
{
	RULE(out, "oifname \"lo\" accept");
	RULE(out, "oifname \"%s\" accept", plan->interface);
	for (size_t i = 0; i < plan->gates->count; i++)
		add_gate(out, plan->uid, &plan->gates->list[i]);
	add_dhcp(out);
	RULE(out, "icmpv6 type { nd-router-solicit, nd-neighbor-solicit, "
		  "nd-neighbor-advert, mld-listener-report, mld2-listener-report } accept");
}

static void add_output(struct writing *out, const struct filter_plan *plan)
{
	begin_chain(out, "output", "output priority filter", "drop");
	out->counts.closed++;
	add_passes(out, plan);
	add_refusal(out);
}

/* What came out of the link may go on: it is not this host's. */
static void add_forward(struct writing *out, const struct filter_plan *plan)
{
	begin_chain(out, "forward", "forward priority filter", "drop");
	out->counts.closed++;
	RULE(out, "oifname \"%s\" accept", plan->interface);
	RULE(out, "iifname \"%s\" accept", plan->interface);
	add_refusal(out);
}

/*
 * In the chains before, an interface is the one that was chosen first: a mark or another
 * address that somebody's rules give to a packet meanwhile may choose another. Here is the
 * one that it leaves by. Nothing is told any more of what is refused here.
 */
static void add_leaving(struct writing *out, const struct filter_plan *plan)
{
	begin_chain(out, "leaving", "postrouting priority 300", "drop");
	out->counts.closed++;
	add_passes(out, plan);
	RULE(out, "iifname \"%s\" accept", plan->interface);
	RULE(out, "counter name refused drop");
	end_chain(out);
}

/* The smaller of the MTUs of both directions (nft(8), rt mtu). */
static void add_clamp(struct writing *out, const struct filter_plan *plan)
{
	begin_chain(out, "clamp", "forward priority mangle", "accept");
	RULE(out, "oifname \"%s\" tcp flags syn tcp option maxseg size set rt mtu",
	     plan->interface);
	RULE(out, "iifname \"%s\" tcp flags syn tcp option maxseg size set rt mtu",
	     plan->interface);
	end_chain(out);
}

/* NOLINTNEXTLINE(readability-non-const-parameter): it is written to, by what has it */
int filter_text(const struct filter_plan *plan, bool is_new, char buf[FILTER_TEXT_MAX],
		struct filter_counts *counts, struct error *err)
{
	struct writing out = {.buf = buf};
	char name[FILTER_NAME_MAX];

	filter_name(plan->name, name);
	/* One transaction: there is no moment without it. */
	if (is_new)
		add(&out, "create table inet %s\n", name);
	else
		add(&out, "add table inet %s\ndelete table inet %s\n", name, name);
	add(&out, "table inet %s {\n", name);
	if (plan->closes) {
		add(&out, "\tcounter refused { }\n");
		add_output(&out, plan);
		add_forward(&out, plan);
		add_leaving(&out, plan);
	}
	if (plan->clamps)
		add_clamp(&out, plan);
	add(&out, "}\n");
	*counts = out.counts;
	return out.overflow ? error_set(err, "the rules of the packet filter are too long")
			    : 0;
}

void filter_text_gone(const char *profile, char buf[FILTER_TEXT_MAX])
{
	char name[FILTER_NAME_MAX];

	filter_name(profile, name);
	snprintf(buf, FILTER_TEXT_MAX, "add table inet %s\ndelete table inet %s\n", name,
		 name);
}
