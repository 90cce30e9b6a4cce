/* SPDX-License-Identifier: ISC */
/* What sshd counts for the whole host: logins that begin at the same time, and failures of
 * an address, after which it refuses everybody from there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/tool/audit/host.h"
#include "policy/tool/audit/host_sshd.h"
#include "policy/tool/audit/sshd_text.h"

/* All peers may come back at the same time. */
static void judge_startups(struct host *host, const struct sshd_settings *settings)
{
	const char *value = sshd_setting(settings, "maxstartups");
	const long begin = sshd_first_number(value);

	if (begin < 0)
		host_find(host, RULE_NOT_LOOKED_AT, PATH_SSHD_CONFIG, 0,
			  "sshd -T does not print maxstartups, which says how many logins "
			  "may begin at once");
	else if (host->sessions > (unsigned long)begin)
		host_find(host, RULE_SSHD_STARTUPS, PATH_SSHD_CONFIG, 0,
			  "maxstartups is %s, and the peers may have %lu sessions", value,
			  host->sessions);
}

static int compare_blocks(const void *a, const void *b)
{
	const struct host_from *x = a, *y = b;

	return ip_prefix_compare(&x->network, &y->network);
}

/* The only block of addresses, as sshd counts them, that a peer can come from; false when
 * it may come from several. */
static bool take_block(const struct host_from *from, const unsigned bits[2],
		       struct host_from *block)
{
	const unsigned len = bits[from->network.addr.family == AF_INET ? 0 : 1];

	if (from->sessions == 0 || from->network.len < len)
		return false;
	*block =
	    (struct host_from){ip_prefix_around(&from->network.addr, len), from->sessions};
	return true;
}

/* Of count sorted blocks the one with most sessions, which are added up in it. */
static struct host_from fullest(const struct host_from *blocks, size_t count)
{
	struct host_from most = {0}, sum = {0};

	for (size_t i = 0; i < count; i++) {
		if (i > 0 && compare_blocks(&blocks[i - 1], &blocks[i]) == 0)
			sum.sessions += blocks[i].sessions;
		else
			sum = blocks[i];
		if (sum.sessions > most.sessions)
			most = sum;
	}
	return most;
}

/* PerSourceNetBlockSize, "32:128": how many bits make a block, of IPv4 and IPv6. */
static void read_block_bits(const struct sshd_settings *settings, unsigned bits[2])
{
	const char *value = sshd_setting(settings, "persourcenetblocksize");
	const char *colon = value == NULL ? NULL : strchr(value, ':');
	const long four = sshd_first_number(value);
	const long six = colon == NULL ? -1 : sshd_first_number(colon + 1);

	bits[0] = four < 0 || four > IPV4_BITS ? IPV4_BITS : (unsigned)four;
	bits[1] = six < 0 || six > IPV6_BITS ? IPV6_BITS : (unsigned)six;
}

/* Counts together only peers that certainly share an address. */
static void judge_startups_of_source(struct host *host,
				     const struct sshd_settings *settings)
{
	const char *value = sshd_setting(settings, "persourcemaxstartups");
	const long max = sshd_first_number(value);
	struct host_from *blocks, most;
	char text[PREFIX_TEXT_MAX];
	unsigned bits[2];
	size_t count = 0;

	if (max < 0 || host->nfrom == 0)
		return;
	blocks = calloc(host->nfrom, sizeof *blocks);
	if (blocks == NULL) {
		host->findings->lost = true;
		return;
	}
	read_block_bits(settings, bits);
	for (size_t i = 0; i < host->nfrom; i++)
		if (take_block(&host->from[i], bits, &blocks[count]))
			count++;
	qsort(blocks, count, sizeof *blocks, compare_blocks);
	most = fullest(blocks, count);
	free(blocks);
	if (most.sessions > (unsigned long)max)
		host_find(
		    host, RULE_SSHD_STARTUPS, PATH_SSHD_CONFIG, 0,
		    "persourcemaxstartups is %ld, and peers from %s may have %u sessions",
		    max, ip_prefix_print(&most.network, text), most.sessions);
}

/* sshd before 9.8 has no penalties and no such keyword. */
static void judge_penalties(struct host *host, const struct sshd_settings *settings)
{
	const char *value = sshd_setting(settings, "persourcepenalties");
	const char *exempt = sshd_setting(settings, "persourcepenaltyexemptlist");
	char first[PREFIX_TEXT_MAX];
	size_t count = 0;

	if (value == NULL || strcmp(value, "no") == 0)
		return;
	for (size_t i = 0; i < host->nfrom; i++) {
		if (exempt != NULL && sshd_list_covers(exempt, &host->from[i].network))
			continue;
		if (count++ == 0)
			(void)ip_prefix_print(&host->from[i].network, first);
	}
	if (count == 1)
		host_find(host, RULE_SSHD_PENALTIES, PATH_SSHD_CONFIG, 0,
			  "persourcepenalties holds for %s, where a peer comes from",
			  first);
	else if (count > 1)
		host_find(
		    host, RULE_SSHD_PENALTIES, PATH_SSHD_CONFIG, 0,
		    "persourcepenalties holds for %s and %zu more networks that peers "
		    "come from",
		    first, count - 1);
}

void host_sshd_limits(struct host *host, const struct sshd_settings *settings)
{
	judge_startups(host, settings);
	judge_startups_of_source(host, settings);
	judge_penalties(host, settings);
}
