/* SPDX-License-Identifier: ISC */
#include "local/proc_net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* Of /proc/PID/net/tcp6, whose lines are the longest; a path of unix's is cut. */
	LINE_BYTES = 512,
	WORD_DIGITS = 8,
	ADDRESS_DIGITS = 4 * WORD_DIGITS,
};

/* The number of the socket in a line, and its far end where the table has one. */
typedef bool table_parser(const char *line, unsigned long *number, struct ip_addr *out);

/* Each word of an address is printed as this machine's number (net/ipv4/tcp_ipv4.c). */
static bool take_address(const char *digits, struct ip_addr *out)
{
	const size_t len = strlen(digits);

	if (len != WORD_DIGITS && len != ADDRESS_DIGITS)
		return false;
	*out = (struct ip_addr){.family = len == WORD_DIGITS ? AF_INET : AF_INET6};
	for (size_t i = 0; i < len / WORD_DIGITS; i++) {
		char word[WORD_DIGITS + 1] = {0};
		uint32_t value;

		memcpy(word, digits + i * WORD_DIGITS, WORD_DIGITS);
		value = (uint32_t)strtoul(word, NULL, 16);
		memcpy(&out->bytes[i * sizeof value], &value, sizeof value);
	}
	ip_addr_unmap(out);
	/* It is connected to nobody. */
	if (strspn(digits, "0") == len)
		out->family = AF_UNSPEC;
	return true;
}

/* tcp, udp and their like: sl local_address rem_address st tx:rx tr:tm retrnsmt uid
 * timeout inode. */
static bool parse_inet(const char *line, unsigned long *number, struct ip_addr *out)
{
	char far[ADDRESS_DIGITS + 1];

	return sscanf(line,
		      " %*u: %*32[0-9A-F]:%*x %32[0-9A-F]:%*x %*x %*x:%*x %*x:%*x %*x %*u "
		      "%*u %lu",
		      far, number) == 2 &&
	       take_address(far, out);
}

/* Num RefCount Protocol Flags Type St Inode. */
static bool parse_unix(const char *line, unsigned long *number, struct ip_addr *out)
{
	out->family = AF_UNSPEC;
	return sscanf(line, " %*x: %*x %*x %*x %*x %*x %lu", number) == 1;
}

/* sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode. */
static bool parse_netlink(const char *line, unsigned long *number, struct ip_addr *out)
{
	out->family = AF_UNSPEC;
	return sscanf(line, " %*x %*u %*u %*x %*u %*u %*u %*u %*u %lu", number) == 1;
}

static bool find_in(FILE *table, table_parser *parse, unsigned long wanted,
		    struct ip_addr *out)
{
	char line[LINE_BYTES];
	bool whole = true;

	while (fgets(line, sizeof line, table) != NULL) {
		const bool begins = whole;
		unsigned long number;

		whole = strchr(line, '\n') != NULL;
		if (begins && parse(line, &number, out) && number == wanted)
			return true;
	}
	return false;
}

int proc_net_find(pid_t pid, unsigned long number, struct ip_addr *out)
{
	static const struct {
		const char *name;
		table_parser *parse;
	} tables[] = {
	    {"unix", parse_unix}, {"tcp", parse_inet},	{"tcp6", parse_inet},
	    {"udp", parse_inet},  {"udp6", parse_inet}, {"netlink", parse_netlink},
	};
	bool found = false;

	for (size_t i = 0; !found && i < sizeof tables / sizeof *tables; i++) {
		char path[48];
		FILE *table;

		snprintf(path, sizeof path, "/proc/%d/net/%s", (int)pid, tables[i].name);
		table = fopen(path, "re");
		if (table == NULL)
			continue;
		found = find_in(table, tables[i].parse, number, out);
		fclose(table);
	}
	return found ? 0 : -1;
}
