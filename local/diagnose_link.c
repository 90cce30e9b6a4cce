/* SPDX-License-Identifier: ISC */
/* diagnose: what passes through a link that is up. */
#include <errno.h>
#include <stdio.h>

#include "local/diagnose.h"
#include "local/link_meaning.h"

enum {
	/* Networks that are tried; and name servers. */
	NETWORKS_MAX = 8,
	SERVERS_MAX = 3,
};

struct round {
	struct diagnose *diagnose;
	const struct link_parts *parts;
	/* The other end answers, of each family. */
	bool answers[2];
	/* A signal, or the end of the link. */
	bool ended;
};

static size_t family_index(const struct ip_addr *address)
{
	return address->family == AF_INET ? 0 : 1;
}

/* What ended it is told as a failure of the link. */
static void end(struct round *round, enum tunnel_event event)
{
	struct tunnel *const tunnel = round->parts->tunnel;

	round->ended = true;
	tunnel_explain(tunnel, event, "the link was looked at");
	diagnosis_failure(round->diagnose->diagnosis, STEP_LINK, FINDING_NOT_TIMED, "",
			  &tunnel->failure);
}

static bool ask(struct round *round, enum link_step step,
		const struct link_question *question, struct link_answer *answer)
{
	const struct diagnose *const diagnose = round->diagnose;
	const struct link_probe probe = {&diagnose->account, &diagnose->sockets,
					 round->parts->tunnel};
	enum tunnel_event event;
	struct error err;

	if (round->ended)
		return false;
	if (link_probe(&probe, question, answer, &event, &err) == 0)
		return true;
	if (err.sys == ECANCELED)
		end(round, event);
	else
		diagnosis_skip(diagnose->diagnosis, step, "%s", err.text);
	return false;
}

static void ping(struct round *round, const struct link_pair *pair)
{
	const struct link_question question = {
	    .ask = LINK_ASK_PING, .from = pair->local, .to = pair->remote};
	struct remark finding = {.step = STEP_PING};
	struct link_answer answer;

	if (pair->local.family == AF_UNSPEC || !ask(round, STEP_PING, &question, &answer))
		return;
	link_meaning_ping(&question, &answer, &finding);
	round->answers[family_index(&pair->remote)] = answer.itself.end == PING_ANSWERED;
	diagnosis_add(round->diagnose->diagnosis, &finding);
}

static void measure(struct round *round, const struct link_pair *pair)
{
	const struct link_question question = {.ask = LINK_ASK_SIZE,
					       .from = pair->local,
					       .to = pair->remote,
					       .most = round->parts->mtu};
	struct remark finding = {.step = STEP_SIZE};
	struct link_answer answer;

	if (pair->local.family == AF_UNSPEC || !round->answers[family_index(&pair->remote)])
		return;
	if (!ask(round, STEP_SIZE, &question, &answer))
		return;
	link_meaning_size(&question, &answer, &finding);
	diagnosis_add(round->diagnose->diagnosis, &finding);
}

static const struct link_pair *pair_of(const struct round *round, int family)
{
	return &round->parts->pairs[family == AF_INET ? 0 : 1];
}

static void look_behind(struct round *round, struct link_question *question)
{
	const int family = question->ask == LINK_ASK_NETWORK ? question->network.addr.family
							     : question->to.family;
	const struct link_pair *const pair = pair_of(round, family);
	struct remark finding = {.step = STEP_FORWARDING};
	struct link_answer answer;

	question->from = pair->local;
	if (!ask(round, STEP_FORWARDING, question, &answer))
		return;
	link_meaning_behind(question, &answer, round->answers[family == AF_INET ? 0 : 1],
			    &finding);
	diagnosis_add(round->diagnose->diagnosis, &finding);
}

static bool is_behind(const struct link_parts *parts, const struct ip_addr *address)
{
	for (size_t i = 0; i < parts->nroutes; i++)
		if (ip_prefix_contains(&parts->routes[i], address))
			return true;
	return false;
}

static bool is_own(const struct link_parts *parts, const struct ip_addr *server)
{
	for (size_t i = 0; i < parts->nservers; i++)
		if (ip_addr_equal(&parts->servers[i], server))
			return true;
	return false;
}

static void look_at_given(struct round *round)
{
	const struct ip_addr *const to = &round->diagnose->to;
	struct link_question question = {.ask = LINK_ASK_BEHIND, .to = *to};
	struct remark finding = {.step = STEP_FORWARDING,
				 .verdict = VERDICT_FAILED,
				 .code = EXIT_IMPAIRED,
				 .took = FINDING_NOT_TIMED};

	if (to->family == AF_UNSPEC)
		return;
	/* By a default route too, unless this host has a longer one. */
	if (is_behind(round->parts, to) ||
	    (round->parts->has_default &&
	     round->parts->pairs[family_index(to)].remote.family == to->family)) {
		look_behind(round, &question);
		return;
	}
	ip_addr_print(to, finding.what);
	snprintf(finding.text, sizeof finding.text,
		 "no route leads there through the link: neither the profile nor an offer "
		 "that is taken names its network");
	snprintf(finding.cure, sizeof finding.cure,
		 "add Route or Accept to the profile, or Offer to the peer there");
	diagnosis_add(round->diagnose->diagnosis, &finding);
}

static void look_at_networks(struct round *round)
{
	const struct link_parts *const parts = round->parts;

	look_at_given(round);
	for (size_t i = 0; i < parts->nroutes && i < NETWORKS_MAX; i++) {
		struct link_question question = {.ask = LINK_ASK_NETWORK,
						 .to = parts->routes[i].addr,
						 .network = parts->routes[i]};

		look_behind(round, &question);
	}
	if (parts->nroutes > NETWORKS_MAX)
		diagnosis_skip(round->diagnose->diagnosis, STEP_FORWARDING,
			       "%zu more networks", parts->nroutes - NETWORKS_MAX);
	if (parts->nroutes == 0)
		diagnosis_skip(round->diagnose->diagnosis, STEP_FORWARDING,
			       "no network is behind the link");
}

static void ask_server(struct round *round, const struct ip_addr *server)
{
	const struct link_question question = {.ask = LINK_ASK_DNS, .to = *server};
	struct remark finding = {.step = STEP_DNS};
	struct link_answer answer;

	if (!ask(round, STEP_DNS, &question, &answer))
		return;
	link_meaning_dns(&question, &answer, &finding);
	diagnosis_add(round->diagnose->diagnosis, &finding);
}

/* The link's own, and others of this host that it leads to. */
static void look_at_servers(struct round *round)
{
	struct endpoints none = {.count = 0};
	struct surroundings around = {.endpoints = &none};
	struct error err;
	size_t count = round->parts->nservers;

	for (size_t i = 0; i < count; i++)
		ask_server(round, &round->parts->servers[i]);
	if (surroundings_read(&around, &err) == 0)
		for (size_t i = 0; i < around.map.count && count < SERVERS_MAX; i++) {
			const struct host_entry *const entry = &around.map.list[i];

			if (entry->kind != HOST_RESOLVER ||
			    is_own(round->parts, &entry->prefix.addr) ||
			    !is_behind(round->parts, &entry->prefix.addr))
				continue;
			count++;
			ask_server(round, &entry->prefix.addr);
		}
	surroundings_free(&around);
	if (count == 0 && !round->ended)
		diagnosis_skip(round->diagnose->diagnosis, STEP_DNS,
			       "no name server of this host is behind the link");
}

bool diagnose_link(struct diagnose *diagnose, const struct link_parts *parts)
{
	struct round round = {.diagnose = diagnose, .parts = parts};

	for (size_t i = 0; i < 2; i++)
		ping(&round, &parts->pairs[i]);
	for (size_t i = 0; i < 2; i++)
		measure(&round, &parts->pairs[i]);
	look_at_networks(&round);
	look_at_servers(&round);
	return !round.ended;
}
