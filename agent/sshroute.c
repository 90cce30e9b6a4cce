/* SPDX-License-Identifier: ISC */
/*
 * sshroute: puts a peer's routes on its interface. vpn-agent starts it, confined, with
 * arguments that come from policy alone; see sshroute(8).
 */
#include <errno.h>
#include <net/if_arp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <syslog.h>
#include <unistd.h>

#include "agent/base/descriptors.h"
#include "agent/base/log.h"
#include "agent/base/refusal.h"
#include "agent/net/netlink.h"
#include "policy/language/escape.h"
#include "policy/language/exitcode.h"
#include "policy/language/paths.h"
#include "policy/language/policy.h"
#include "policy/language/value.h"

enum {
	SSHROUTE_WAIT_MS = 10 * 1000,
	LOGIN_ID_LEN = 8,
	LOG_DESCRIPTOR_MAX = 63,
	ARGUMENT_TEXT_MAX = 80, /* of an argument told back, escaped */
	REPORT_MAX = IFNAME_MAX_LEN + PEER_ROUTES_MAX * PREFIX_TEXT_MAX + 64,
};

struct route_options {
	const char *interface;
	struct link_pair pair, pair6;
	struct ip_prefix prefixes[PEER_ROUTES_MAX];
	size_t nprefixes;
	bool help, version;
};

/* The routes that this run has added, in order. */
struct transaction {
	struct link_route added[PEER_ROUTES_MAX];
	size_t nadded;
};

static const char version[] = "sshroute (Sallyport) " VERSION "\n";
static const char usage[] =
    "usage: sshroute [--id ID --log DESCRIPTOR] --interface NAME\n"
    "                [--address LOCAL,REMOTE] [--address6 LOCAL,REMOTE] [PREFIX ...]\n"
    "       sshroute --help | --version\n"
    "Puts routes to the PREFIXes on the point-to-point interface NAME, once it is up and\n"
    "carries the addresses. Started by vpn-agent; see sshroute(8).\n";

static int complain(enum exit_code code, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The login's id in the log that the agent has handed on; NULL by hand. */
static const char *login_id;

/* One sentence; returns the exit code. It is not for the client: in a login it goes to the
 * log, and the client gets the code and the id. */
static int complain(enum exit_code code, const char *fmt, ...)
{
	char text[ERROR_TEXT_MAX + ARGUMENT_TEXT_MAX],
	    shown[sizeof text + ARGUMENT_TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	error_show_cut(text, sizeof text, vsnprintf(text, sizeof text, fmt, args));
	va_end(args);
	if (login_id) {
		log_record(LOG_WARNING, "verdict=failed id=%s code=%d reason=%s", login_id,
			   (int)code,
			   escape_quoted(text, strlen(text), shown, sizeof shown));
		refusal_tell(refusal_words(code), login_id, false);
		return (int)code;
	}
	snprintf(shown, sizeof shown, "sshroute: %s\n", text);
	/* Not by stdio, which would ask more of the filter. If it fails, the exit code is
	 * left. */
	descriptors_write(STDERR_FILENO, shown, strlen(shown));
	return (int)code;
}

static int complain_argument(const char *what, const char *argument, const char *why)
{
	char text[ARGUMENT_TEXT_MAX];

	escape_quoted(argument, strlen(argument), text, sizeof text);
	return complain(EXIT_USAGE, "%s %s: %s", what, text, why);
}

static int parse_interface(const char *text, struct route_options *options)
{
	const char *why;

	if (options->interface)
		return complain(EXIT_USAGE, "--interface is given twice");
	if (value_interface(text, &why) != 0)
		return complain_argument("--interface", text, why);
	options->interface = text;
	return 0;
}

/* "LOCAL,REMOTE", both of that family. */
static int parse_pair(const char *option, const char *text, sa_family_t family,
		      struct link_pair *pair)
{
	char local[ADDRESS_TEXT_MAX];
	const char *comma = strchr(text, ','), *why = "expected LOCAL,REMOTE";

	if (pair->local.family != AF_UNSPEC)
		return complain(EXIT_USAGE, "%s is given twice", option);
	if (!comma || (size_t)(comma - text) >= sizeof local)
		return complain_argument(option, text, why);
	memcpy(local, text, (size_t)(comma - text));
	local[comma - text] = '\0';
	if (ip_addr_parse(local, &pair->local, &why) < 0 ||
	    ip_addr_parse(comma + 1, &pair->remote, &why) < 0)
		return complain_argument(option, text, why);
	if (pair->local.family != family || pair->remote.family != family)
		return complain_argument(option, text, "address of the other family");
	if (ip_addr_equal(&pair->local, &pair->remote))
		return complain_argument(option, text, "the two ends are the same");
	return 0;
}

static int parse_prefix(const char *text, struct route_options *options)
{
	const char *why = "";

	if (options->nprefixes == PEER_ROUTES_MAX)
		return complain(EXIT_USAGE, "more than %d prefixes", PEER_ROUTES_MAX);
	if (ip_prefix_parse(text, &options->prefixes[options->nprefixes], &why) != 0)
		return complain_argument("prefix", text, why);
	options->nprefixes++;
	return 0;
}

/* What the agent's log has of this login (AGENT_ID_SIZE - 1 hexadecimal digits). */
static int parse_id(const char *text)
{
	if (strlen(text) != LOGIN_ID_LEN ||
	    strspn(text, "0123456789abcdef") != LOGIN_ID_LEN)
		return complain_argument("--id", text, "not an id");
	login_id = text;
	return 0;
}

static int parse_log(const char *text)
{
	char *end;
	const unsigned long fd = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end != '\0' || fd > LOG_DESCRIPTOR_MAX)
		return complain_argument("--log", text, "not a descriptor");
	log_take_over((int)fd, "sshroute");
	return 0;
}

static int parse_option(const char *option, const char *value,
			struct route_options *options)
{
	if (!value)
		return complain(EXIT_USAGE, "%s needs a value", option);
	if (strcmp(option, "--id") == 0)
		return parse_id(value);
	if (strcmp(option, "--log") == 0)
		return parse_log(value);
	if (strcmp(option, "--interface") == 0)
		return parse_interface(value, options);
	if (strcmp(option, "--address") == 0)
		return parse_pair(option, value, AF_INET, &options->pair);
	if (strcmp(option, "--address6") == 0)
		return parse_pair(option, value, AF_INET6, &options->pair6);
	return complain_argument("option", option, "unknown");
}

/* By hand: getopt_long(3) takes abbreviations and reorders. 0 or an exit code. */
static int parse_arguments(int argc, char **argv, struct route_options *options)
{
	int i = 1, code = 0;

	if (argc == 2) {
		options->help = strcmp(argv[1], "--help") == 0;
		options->version = strcmp(argv[1], "--version") == 0;
		if (options->help || options->version)
			return 0;
	}
	for (; i < argc && argv[i][0] == '-' && code == 0; i += 2)
		code = parse_option(argv[i], i + 1 < argc ? argv[i + 1] : NULL, options);
	for (; i < argc && code == 0; i++)
		code = parse_prefix(argv[i], options);
	if (code != 0)
		return code;
	if (!options->interface)
		return complain(EXIT_USAGE, "--interface is missing");
	/* An interface by its name alone might be another peer's session. */
	if (options->pair.local.family == AF_UNSPEC &&
	    options->pair6.local.family == AF_UNSPEC)
		return complain(EXIT_USAGE, "--address or --address6 is missing");
	return 0;
}

/* The ids as the kernel passed them at the start (getauxval(3)), without a system call. */
static bool is_set_id(void)
{
	return getauxval(AT_UID) != getauxval(AT_EUID) ||
	       getauxval(AT_GID) != getauxval(AT_EGID);
}

/*
 * What shows that the interface is this session's. pppd puts the IPv4 pair on it; of IPv6
 * only the link-local address that the low 64 bits of this end make (RFC 5072 4.1, 5).
 */
static struct link_pair session_pair(const struct route_options *options)
{
	struct link_pair pair = options->pair;

	if (pair.local.family != AF_UNSPEC)
		return pair;
	pair.local = options->pair6.local;
	memset(pair.local.bytes, 0, 8);
	pair.local.bytes[0] = 0xfe;
	pair.local.bytes[1] = 0x80;
	return pair;
}

static int wait_session(const struct route_options *options, struct link *link)
{
	struct error err = {0};
	struct link_pair pair = session_pair(options);
	int64_t deadline = monotonic_ms() + SSHROUTE_WAIT_MS;

	if (link_wait_up(options->interface, &pair, deadline, -1, link, &err) < 0) {
		if (err.sys == ETIMEDOUT)
			return complain(EXIT_BUSY, "no session: %s", err.text);
		return complain(EXIT_SYSTEM, "%s", err.text);
	}
	/* pppd's interfaces, and TUN devices: nothing that has neighbours. */
	if (link->type != ARPHRD_PPP && link->type != ARPHRD_NONE)
		return complain(EXIT_BUSY, "no session: interface %s is not a PPP link",
				options->interface);
	return 0;
}

/* What is missing then. */
static const char unprivileged[] = " (with Tun persistent, it has to be there: `ip route "
				   "add PREFIX dev INTERFACE proto 83`)";

/* Takes back what was added, last first. */
static void undo(struct netlink *nl, struct transaction *done)
{
	struct error err = {0};

	while (done->nadded > 0) {
		done->nadded--;
		if (route_delete(nl, &done->added[done->nadded], &err) != 0)
			complain(EXIT_SYSTEM, "%s", err.text);
	}
}

static int add_routes(struct netlink *nl, const struct route_options *options, int index,
		      struct transaction *done)
{
	struct error err = {0};
	bool added;

	for (size_t i = 0; i < options->nprefixes; i++) {
		struct link_route route = {.index = index, .prefix = options->prefixes[i]};

		if (route_add_new(nl, &route, &added, &err) != 0) {
			undo(nl, done);
			return complain(EXIT_SYSTEM, "%s%s", err.text,
					err.sys == EPERM ? unprivileged : "");
		}
		if (added)
			done->added[done->nadded++] = route;
	}
	return 0;
}

static int report(const struct route_options *options, const struct transaction *done)
{
	char line[REPORT_MAX], prefix[PREFIX_TEXT_MAX];
	size_t used;

	used =
	    (size_t)snprintf(line, sizeof line, "sallyport/1 routes interface=%s added=%s",
			     options->interface, done->nadded ? "" : "-");
	for (size_t i = 0; i < done->nadded; i++) {
		ip_prefix_print(&done->added[i].prefix, prefix);
		used += (size_t)snprintf(line + used, sizeof line - used, "%s%s",
					 i ? "," : "", prefix);
	}
	line[used++] = '\n';
	if (descriptors_write(STDOUT_FILENO, line, used) != 0)
		return complain(EXIT_SYSTEM,
				"routes added, but the result could not be written: %s",
				strerror(errno));
	return EXIT_DONE;
}

static int run(const struct route_options *options)
{
	struct transaction done = {.nadded = 0};
	struct error err = {0};
	struct netlink *nl = NULL;
	struct link link;
	int code;

	code = wait_session(options, &link);
	if (code != 0)
		return code;
	nl = netlink_open(&err);
	if (!nl || (options->pair6.local.family != AF_UNSPEC &&
		    link_add_pair(nl, link.index, &options->pair6, &err) != 0)) {
		code = complain(EXIT_SYSTEM, "%s", err.text);
		goto out;
	}
	code = add_routes(nl, options, link.index, &done);
	if (code == 0)
		code = report(options, &done);
out:
	netlink_close(nl);
	return code;
}

int main(int argc, char **argv)
{
	struct route_options options = {.interface = NULL};
	int code;

	/* A client that goes away must not end a transaction half-way. */
	signal(SIGPIPE, SIG_IGN);
	if (is_set_id())
		return complain(EXIT_DENIED, "must not be setuid or setgid");
	code = parse_arguments(argc, argv, &options);
	if (code != 0)
		return code;
	if (options.help || options.version) {
		const char *text = options.help ? usage : version;

		return descriptors_write(STDOUT_FILENO, text, strlen(text)) != 0
			   ? EXIT_SYSTEM
			   : EXIT_DONE;
	}
	return run(&options);
}
