/* SPDX-License-Identifier: ISC */
#include "local/gates.h"

#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "local/apart.h"
#include "local/process.h"
#include "local/ssh.h"
#include "local/ssh_reach.h"
#include "policy/language/escape.h"

/* FNV-1a, 32 bits. */
#define HOST_BASIS UINT32_C(2166136261)
#define HOST_PRIME UINT32_C(16777619)

enum {
	/* A jump host may have a jump host of its own. */
	JUMPS_MAX = 8,
	PORT_MAX = 65535,
	DECIMAL = 10,
	/* Of the time, what is left for the answer. */
	LAST_MS = 1000,
};

uint32_t gates_host(const char *name)
{
	uint32_t number = HOST_BASIS;

	for (; *name != '\0'; name++)
		number = (number ^ (uint32_t)tolower((unsigned char)*name)) * HOST_PRIME;
	return number;
}

size_t gates_count(const struct gates *gates, const char *host)
{
	const uint32_t number = gates_host(host);
	size_t count = 0;

	for (size_t i = 0; i < gates->count; i++)
		count += gates->list[i].host == number;
	return count;
}

const struct gate *gates_choose(const struct gates *gates, const char *host, unsigned turn)
{
	const uint32_t number = gates_host(host);
	const size_t count = gates_count(gates, host);
	size_t left = count == 0 ? 0 : turn % count;

	for (size_t i = 0; i < gates->count; i++)
		if (gates->list[i].host == number && left-- == 0)
			return &gates->list[i];
	return NULL;
}

void gates_keep(struct gates *gates, const struct profile *profile)
{
	size_t kept = 0;

	for (size_t i = 0; i < gates->count; i++) {
		bool has = false;

		for (size_t j = 0; j < profile->nhosts; j++)
			has |= gates_host(profile->hosts[j].name) == gates->list[i].host;
		if (has)
			gates->list[kept++] = gates->list[i];
	}
	gates->count = kept;
}

static bool copy(const char *from, size_t len, char *to, size_t size)
{
	if (len >= size)
		return false;
	memcpy(to, from, len);
	to[len] = '\0';
	return true;
}

/* "user@host:port", "user@[host]:port", each of user and port or neither. */
bool gates_first_jump(const char *value, struct gate_jump *out)
{
	const char *const end = value + strcspn(value, ",");
	const char *at = memrchr(value, '@', (size_t)(end - value)), *host, *colon;

	*out = (struct gate_jump){.user = ""};
	if (at != NULL && !copy(value, (size_t)(at - value), out->user, sizeof out->user))
		return false;
	host = at == NULL ? value : at + 1;
	if (host < end && *host == '[') {
		const char *close = memchr(host, ']', (size_t)(end - host));

		if (close == NULL || !copy(host + 1, (size_t)(close - host - 1), out->host,
					   sizeof out->host))
			return false;
		colon = close + 1;
	} else {
		colon = memchr(host, ':', (size_t)(end - host));
		if (colon == NULL)
			colon = end;
		if (!copy(host, (size_t)(colon - host), out->host, sizeof out->host))
			return false;
	}
	return out->host[0] != '\0' && out->host[0] != '-' && out->user[0] != '-' &&
	       (colon == end || (*colon == ':' && copy(colon + 1, (size_t)(end - colon - 1),
						       out->port, sizeof out->port)));
}

struct gates_question {
	const struct profile *profile;
	const struct run_as *account;
	const struct words *env;
	int64_t deadline;
};

/* What the child hands back. */
struct gates_found {
	struct gate_ways ways;
	struct gates gates;
};

static void miss(struct gate_way *way, const char *what, const char *text)
{
	char quoted[GATE_WHY_MAX / 2];

	escape_quoted(text, strcspn(text, "\n"), quoted, sizeof quoted);
	snprintf(way->why, sizeof way->why, "%s: %s", what, quoted);
}

/* The words of the ssh that ProxyJump starts: it is told user, port and -F, no more. */
static void add_jump(struct words *words, const struct profile *profile,
		     const struct gate_jump *jump)
{
	words->argc = words->used = 0;
	words->overflow = false;
	words_add(words, "ssh");
	if (profile->ssh_config[0] != '\0')
		words_add_pair(words, "-F", profile->ssh_config);
	if (jump->user[0] != '\0')
		words_add_pair(words, "-l", jump->user);
	if (jump->port[0] != '\0')
		words_add_pair(words, "-p", jump->port);
	words_add_pair(words, "--", jump->host);
}

static int ask(const struct gates_question *q, struct words *words,
	       char text[SSH_REACH_ANSWER_MAX], struct ssh_answer *answer,
	       struct gate_way *way)
{
	struct error err;

	if (words->overflow ||
	    ssh_reach_read(words->argv, q->env->argv, text, SSH_REACH_ANSWER_MAX,
			   q->deadline, &err) < 0) {
		miss(way, "ssh -G does not answer", err.text);
		return -1;
	}
	ssh_answer_take(answer, text);
	if (ssh_answer_value(answer, "hostname")[0] != '\0')
		return 0;
	miss(way, "ssh -G says", text);
	return -1;
}

/* The ssh that connects: ours, or that to the first jump host. */
static int find_first_hop(const struct gates_question *q, size_t index,
			  char text[SSH_REACH_ANSWER_MAX], struct ssh_answer *answer,
			  struct gate_way *way)
{
	static struct words words;
	struct gate_jump jump;
	struct error err;

	if (ssh_command_build(&words, q->profile,
			      &(struct ssh_command){.role = SSH_MASTER,
						    .host = q->profile->hosts[index].name,
						    .control = "/",
						    .request = "pppd"},
			      &err) != 0)
		return -1;
	for (int i = 0; i < JUMPS_MAX; i++) {
		const char *to;

		if (ask(q, &words, text, answer, way) != 0)
			return -1;
		to = ssh_answer_value(answer, "proxyjump");
		if (!ssh_answer_says(to)) {
			to = ssh_answer_value(answer, "proxycommand");
			if (!ssh_answer_says(to))
				return 0;
			way->hopeless = true;
			miss(way,
			     "a ProxyCommand makes the connection, and nobody knows where "
			     "to: use ProxyJump",
			     to);
			return -1;
		}
		way->jumps = true;
		if (!gates_first_jump(to, &jump)) {
			miss(way, "ProxyJump cannot be read", to);
			return -1;
		}
		add_jump(&words, q->profile, &jump);
	}
	miss(way, "a jump host leads to another one without end", jump.host);
	return -1;
}

static void add_address(struct gates *gates, uint32_t host, const struct sockaddr *address)
{
	struct gate gate = {.host = host};

	if (address->sa_family == AF_INET) {
		gate.address.family = AF_INET;
		memcpy(gate.address.bytes,
		       &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
	} else if (address->sa_family == AF_INET6) {
		gate.address.family = AF_INET6;
		memcpy(gate.address.bytes,
		       &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr,
		       16);
		ip_addr_unmap(&gate.address);
	}
	if (gate.address.family != AF_UNSPEC && gates->count < GATES_MAX)
		gates->list[gates->count++] = gate;
}

static void look_up(const struct ssh_reach *reach, const char *name, struct gates *gates,
		    struct gate_way *way)
{
	const struct addrinfo hints = {.ai_family = reach->family,
				       .ai_socktype = SOCK_STREAM};
	struct addrinfo *list;
	int code, count = 0;

	code = getaddrinfo(reach->host, reach->port, &hints, &list);
	if (code != 0) {
		miss(way, gai_strerror(code), reach->host);
		return;
	}
	for (const struct addrinfo *at = list; at != NULL && count < GATE_ADDRESSES_MAX;
	     at = at->ai_next, count++)
		add_address(gates, gates_host(name), at->ai_addr);
	freeaddrinfo(list);
	way->known = true;
}

/* Which the profile may say anew. */
static bool set_port(const struct ssh_reach *reach, const char *name, struct gates *gates)
{
	const unsigned long port = strtoul(reach->port, NULL, DECIMAL);

	for (size_t i = 0; i < gates->count; i++)
		if (gates->list[i].host == gates_host(name))
			gates->list[i].port = (uint16_t)port;
	return port > 0 && port <= PORT_MAX;
}

static void find_one(const struct gates_question *q, size_t index,
		     struct gates_found *found)
{
	static char text[SSH_REACH_ANSWER_MAX], copied[SSH_REACH_ANSWER_MAX];
	const char *const name = q->profile->hosts[index].name;
	struct gate_way *const way = &found->ways.list[index];
	struct ssh_answer answer;
	struct ssh_reach reach;

	*way = (struct gate_way){.host = way->host};
	if (find_first_hop(q, index, text, &answer, way) != 0)
		return;
	if (!ssh_answer_known_name(&answer, way->alias)) {
		miss(way, "its name is too long", name);
		return;
	}
	memcpy(copied, text, sizeof copied);
	for (const char *at = answer.at; at < answer.end; at++)
		if (*at == '\0')
			copied[at - answer.at] = '\n';
	ssh_reach_parse(copied, &reach);
	way->known = gates_count(&found->gates, name) > 0;
	if (!way->known)
		look_up(&reach, name, &found->gates, way);
	if (!set_port(&reach, name, &found->gates)) {
		way->known = false;
		miss(way, "its port cannot be read", reach.port);
	}
}

/* In the child. */
static void find(const void *arg, void *result)
{
	const struct gates_question *q = arg;
	struct gates_found *found = result;
	struct error err;

	/* A group of its own, for what the user's configuration starts (Match exec). */
	if (setsid() < 0 || run_as_become(q->account, &err) != 0)
		return;
	for (size_t i = 0; i < q->profile->nhosts; i++)
		if (!found->ways.list[i].known)
			find_one(q, i, found);
	signal(SIGTERM, SIG_IGN);
	kill(0, SIGTERM);
}

/* The child has read what RunAs can write, and may have been taken over: what it says gets
 * into rules and onto a command line. */
static void check(struct gates_found *found)
{
	if (found->gates.count > GATES_MAX)
		found->gates.count = 0;
	for (size_t i = 0; i < found->gates.count; i++) {
		const struct gate *const gate = &found->gates.list[i];

		if ((gate->address.family != AF_INET && gate->address.family != AF_INET6) ||
		    gate->port == 0)
			found->gates.count = 0;
	}
	for (size_t i = 0; i < PROFILE_HOSTS_MAX; i++) {
		struct gate_way *const way = &found->ways.list[i];

		way->why[sizeof way->why - 1] = way->alias[sizeof way->alias - 1] = '\0';
		for (char *at = way->why; *at != '\0'; at++)
			if (!isprint((unsigned char)*at))
				*at = '?';
		for (const char *at = way->alias; *at != '\0'; at++)
			if (!isgraph((unsigned char)*at))
				way->known = false;
	}
}

int gates_find(const struct gates_search *search, struct gate_ways *ways,
	       struct gates *gates, struct error *err)
{
	static struct gates_found found;
	const struct patience patience = {monotonic_ms() + GATES_MS, search->unless};
	const struct gates_question question = {search->profile, search->account,
						search->env, patience.deadline - LAST_MS};
	const struct apart apart = {find, &question, &found, sizeof found};

	found = (struct gates_found){*ways, *gates};
	if (apart_run_unless(&apart, &patience, err) != 0)
		return -1;
	check(&found);
	*ways = found.ways;
	*gates = found.gates;
	return 0;
}
