/* SPDX-License-Identifier: ISC */
#include "agent/ppp/settings.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/echo_file.h"
#include "policy/language/escape.h"
#include "policy/language/value.h"

enum { QUOTED_MAX = 80, ID_AT = 8, HEXADECIMAL = 16 };

/* How an option's argument is taken, and where to. */
enum kind {
	IGNORED,      /* no argument: it is so anyway */
	IGNORED_WORD, /* one argument, without effect here */
	YES,
	NO,
	NUMBER,
	NUMBER_HEX,
	NAME,
	LOG_FD,
	LOG_FILE,
	INTERFACE_IDS,
	SOURCE,
	REACH,
};

#define AT(member) offsetof(struct settings, member)

static const struct spec {
	const char *name;
	enum kind kind;
	size_t at;
	unsigned min, max;
} specs[] = {
    {"notty", IGNORED, 0, 0, 0},
    {"nodetach", YES, AT(no_detach), 0, 0},
    {"-detach", YES, AT(no_detach), 0, 0},
    {"noauth", IGNORED, 0, 0, 0},
    {"local", IGNORED, 0, 0, 0},
    {"nocrtscts", IGNORED, 0, 0, 0},
    {"nolock", IGNORED, 0, 0, 0},
    {"noccp", IGNORED, 0, 0, 0},
    {"novj", IGNORED, 0, 0, 0},
    {"novjccomp", IGNORED, 0, 0, 0},
    {"nodefaultroute", IGNORED, 0, 0, 0},
    {"noproxyarp", IGNORED, 0, 0, 0},
    {"nomultilink", IGNORED, 0, 0, 0},
    {"nopersist", IGNORED, 0, 0, 0},
    {"noipdefault", IGNORED, 0, 0, 0},
    {"linkname", IGNORED_WORD, 0, 0, 0},
    {"ipparam", IGNORED_WORD, 0, 0, 0},
    {"noip", NO, AT(ip), 0, 0},
    {"+ipv6", YES, AT(ipv6), 0, 0},
    {"noipv6", NO, AT(ipv6), 0, 0},
    {"-ipv6", NO, AT(ipv6), 0, 0},
    {"ipv6", INTERFACE_IDS, 0, 0, 0},
    {"ipcp-accept-local", YES, AT(accept_local), 0, 0},
    {"ipcp-accept-remote", YES, AT(accept_remote), 0, 0},
    {"noaccomp", NO, AT(field_compression[0]), 0, 0},
    {"-ac", NO, AT(field_compression[0]), 0, 0},
    {"nopcomp", NO, AT(field_compression[1]), 0, 0},
    {"-pc", NO, AT(field_compression[1]), 0, 0},
    {"default-asyncmap", YES, AT(default_accm), 0, 0},
    {"-am", YES, AT(default_accm), 0, 0},
    {"mru", NUMBER, AT(mru), MRU_SMALLEST, MRU_LARGEST},
    {"mtu", NUMBER, AT(mtu), MRU_SMALLEST, MRU_LARGEST},
    {"asyncmap", NUMBER_HEX, AT(accm), 0, UINT32_MAX},
    {"-as", NUMBER_HEX, AT(accm), 0, UINT32_MAX},
    {"ifname", NAME, AT(ifname), 0, 0},
    {"unit", NUMBER, AT(unit), 0, UNIT_MAX},
    {"lcp-echo-interval", NUMBER, AT(echo_interval), 0, 86400},
    {"lcp-echo-failure", NUMBER, AT(echo_failure), 0, 10000},
    {"lcp-echo-adaptive", YES, AT(echo_adaptive), 0, 0},
    {"lcp-rtt-fd", NUMBER, AT(rtt_fd), ECHO_FD_MIN, ECHO_FD_MAX},
    {"lcp-max-configure", NUMBER, AT(max_configure), 1, 10000},
    {"lcp-restart", NUMBER, AT(restart), 1, 3600},
    {"passive", YES, AT(passive), 0, 0},
    {"-p", YES, AT(passive), 0, 0},
    {"silent", YES, AT(silent), 0, 0},
    {"idle", NUMBER, AT(idle), 0, 31536000},
    {"maxconnect", NUMBER, AT(max_connect), 0, 31536000},
    {"source", SOURCE, 0, 0, 0},
    {"reach", REACH, 0, 0, 0},
    {"tun-persistent", YES, AT(persistent), 0, 0},
    {"debug", YES, AT(debug), 0, 0},
    {"-d", YES, AT(debug), 0, 0},
    {"logfd", LOG_FD, AT(log_fd), 0, 63},
    {"logfile", LOG_FILE, 0, 0, 0},
    {"dryrun", YES, AT(dry_run), 0, 0},
    {"--help", YES, AT(help), 0, 0},
    {"--version", YES, AT(version), 0, 0},
};

static const struct spec *find(const char *name)
{
	for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++)
		if (strcmp(specs[i].name, name) == 0)
			return &specs[i];
	return NULL;
}

/* A map of characters is added to those before it, as in pppd. */
static int add_map(const struct spec *spec, const char *text, uint32_t *map,
		   struct error *err)
{
	char *end;
	const unsigned long number = strtoul(text, &end, HEXADECIMAL);

	if (text[0] == '\0' || strchr("+- ", text[0]) != NULL || *end != '\0' ||
	    number > spec->max)
		return error_set(err, "%s: not a hexadecimal number", spec->name);
	*map |= (uint32_t)number;
	return 0;
}

static int take_number(const struct spec *spec, const char *text, void *field,
		       struct error *err)
{
	const char *why;
	unsigned value = 0;

	if (value_number(text, spec->min, spec->max, &value, &why) != 0)
		return error_set(err, "%s: %s: expected %u to %u", spec->name, why,
				 spec->min, spec->max);
	memcpy(field, &value, sizeof value);
	return 0;
}

/* The address of that family that the len bytes of text are. */
static bool take_address(int family, const char *text, size_t len, void *address)
{
	char copy[ADDRESS_TEXT_MAX];

	if (len >= sizeof copy)
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return inet_pton(family, copy, address) == 1;
}

/* pppd's form of an interface identifier is the last four groups of an address. */
static int take_id(const char *text, size_t len, uint8_t id[8])
{
	struct in6_addr address;

	if (len == 0)
		return 0;
	if (!take_address(AF_INET6, text, len, &address))
		return -1;
	for (size_t i = 0; i < ID_AT; i++)
		if (address.s6_addr[i] != 0)
			return -1;
	memcpy(id, address.s6_addr + ID_AT, sizeof address.s6_addr - ID_AT);
	/* Zero is not an identifier (RFC 5072 4.1): to let the peer choose, leave it out.
	 */
	for (size_t i = 0; i < sizeof address.s6_addr - ID_AT; i++)
		if (id[i] != 0)
			return 0;
	return -1;
}

/* "LOCAL,REMOTE", each of which may be missing. */
static int take_ids(struct settings *settings, const char *text, struct error *err)
{
	const size_t len = strcspn(text, ",");

	settings->ipv6 = true;
	if (take_id(text, len, settings->local_id) == 0 &&
	    (text[len] == '\0' ||
	     take_id(text + len + 1, strlen(text + len + 1), settings->remote_id) == 0))
		return 0;
	return error_set(err, "ipv6: expected LOCAL,REMOTE, each like ::1:2:3:4");
}

static int take_prefix(const struct spec *spec, const char *text, struct ip_prefix *list,
		       size_t *count, size_t max, struct error *err)
{
	const char *why = "too many";

	if (*count == max || ip_prefix_parse(text, &list[*count], &why) != 0)
		return error_set(err, "%s: %s", spec->name, why);
	(*count)++;
	return 0;
}

static int take_option(struct settings *settings, const struct spec *spec, const char *word,
		       struct error *err)
{
	char *field = (char *)settings + spec->at;
	const bool flag = spec->kind == YES;
	const char *why;

	switch (spec->kind) {
	case IGNORED:
	case IGNORED_WORD:
		return 0;
	case YES:
	case NO:
		memcpy(field, &flag, sizeof flag);
		return 0;
	case NUMBER_HEX:
		return add_map(spec, word, &settings->accm, err);
	case NUMBER:
		return take_number(spec, word, field, err);
	case LOG_FD:
		/* As with pppd, the last that is said. */
		settings->log_file = NULL;
		return take_number(spec, word, field, err);
	case LOG_FILE:
		settings->log_fd = -1;
		settings->log_file = word;
		return 0;
	case NAME:
		if (value_interface(word, &why) != 0)
			return error_set(err, "%s: %s", spec->name, why);
		snprintf(field, IF_NAMESIZE, "%s", word);
		return 0;
	case SOURCE:
		return take_prefix(spec, word, settings->sources, &settings->nsources,
				   SOURCES_MAX, err);
	case REACH:
		return take_prefix(spec, word, settings->reach, &settings->nreach,
				   REACH_MAX, err);
	case INTERFACE_IDS:
		return take_ids(settings, word, err);
	}
	return -1;
}

static int take_ipv4(const char *text, size_t len, uint32_t *out)
{
	struct in_addr address;

	if (len == 0)
		return 0;
	if (!take_address(AF_INET, text, len, &address) || address.s_addr == 0)
		return -1;
	*out = address.s_addr;
	return 0;
}

/* "LOCAL:REMOTE", each of which may be missing; false when it is something else. */
static bool take_addresses(struct settings *settings, const char *word)
{
	const char *colon = strchr(word, ':');
	uint32_t local = 0, remote = 0;

	if (colon == NULL || take_ipv4(word, (size_t)(colon - word), &local) != 0 ||
	    take_ipv4(colon + 1, strlen(colon + 1), &remote) != 0)
		return false;
	settings->local = local;
	settings->remote = remote;
	return true;
}

static bool take_tty(struct settings *settings, const char *word)
{
	static const char directory[] = "/dev/";

	return strncmp(word, directory, sizeof directory - 1) == 0 &&
	       strstr(word, "..") == NULL &&
	       (size_t)snprintf(settings->tty, sizeof settings->tty, "%s", word) <
		   sizeof settings->tty;
}

bool settings_addresses_known(const struct settings *settings)
{
	static const uint8_t none[sizeof settings->local_id];

	if (settings->ip && (settings->local == 0 || settings->remote == 0 ||
			     settings->accept_local || settings->accept_remote))
		return false;
	return !settings->ipv6 || (memcmp(settings->local_id, none, sizeof none) != 0 &&
				   memcmp(settings->remote_id, none, sizeof none) != 0);
}

/* What only all options together can show. */
static int check_whole(const struct settings *settings, struct error *err)
{
	if (!settings->ip && !settings->ipv6)
		return error_set(
		    err,
		    "neither IP nor IPv6 is left to carry: give +ipv6, or leave out noip");
	if (settings->persistent &&
	    (settings->ifname[0] == '\0' || !settings_addresses_known(settings)))
		return error_set(err, "tun-persistent needs ifname, and both ends' "
				      "addresses as they are on the device");
	return 0;
}

int settings_parse(struct settings *settings, int argc, char **argv, struct error *err)
{
	char quoted[QUOTED_MAX];

	*settings = (struct settings){
	    .ip = true,
	    .mru = MRU_DEFAULT,
	    .mtu = MRU_DEFAULT,
	    .field_compression = {true, true},
	    .max_configure = MAX_CONFIGURE,
	    .restart = RESTART_S,
	    .unit = UNIT_NONE,
	    .log_fd = -1,
	};
	for (int i = 1; i < argc; i++) {
		const struct spec *spec = find(argv[i]);
		const bool wants_word = spec != NULL && spec->kind != IGNORED &&
					spec->kind != YES && spec->kind != NO;

		if (spec == NULL && !take_addresses(settings, argv[i]) &&
		    !take_tty(settings, argv[i]))
			return error_set(
			    err, "unknown option %s",
			    escape_quoted(argv[i], strlen(argv[i]), quoted, sizeof quoted));
		if (wants_word && i + 1 == argc)
			return error_set(err, "%s needs an argument", argv[i]);
		if (spec != NULL &&
		    take_option(settings, spec, wants_word ? argv[++i] : "", err) != 0)
			return -1;
	}
	if (settings->default_accm)
		settings->accm = ACCM_ALL;
	if (settings->ifname[0] == '\0' && settings->unit != UNIT_NONE)
		snprintf(settings->ifname, sizeof settings->ifname, "ppp%u",
			 settings->unit);
	/* As pppd in the foreground, where the line is not on it. */
	if (settings->log_fd < 0 && settings->log_file == NULL &&
	    settings->tty[0] != '\0' && settings->no_detach)
		settings->log_fd = STDOUT_FILENO;
	return check_whole(settings, err);
}
