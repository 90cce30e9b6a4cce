/* SPDX-License-Identifier: ISC */
/*
 * An audit as one HTML page to hand on: the verdict, what was found, the peers as a table
 * and as a drawing. It needs no script and nothing from elsewhere, and whatever policy,
 * file names and findings contain is text in it.
 */
#ifndef SALLYPORT_POLICY_TOOL_REPORT_PAGE_H
#define SALLYPORT_POLICY_TOOL_REPORT_PAGE_H

#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "policy/language/policy.h"
#include "policy/tool/report/finding.h"
#include "policy/tool/report/roles.h"

/* owned */
struct page_networks {
	struct ip_prefix *list;
	size_t count;
};

struct page_peer {
	char name[NAME_MAX_LEN + 1];
	char interface[IFNAME_MAX_LEN + 1];
	/* owned: its file, as in findings */
	char *file;
	struct address_pair address, address6;
	struct page_networks from, routes, reach;
	/* Its packets may go anywhere, and may come from any source. */
	bool reach_any, sources_any;
	time_t expires;
	/* how many, and the first of them */
	size_t keys;
	struct public_key key;
	/* Filled by page_print(): how many findings of each severity its file has that are
	 * not waived. */
	size_t by_severity[SEVERITY_COUNT];
	/* Its first overlap, from 1 on, and how many there are. */
	size_t overlap, overlaps;
	/* groups.c: what its peers may reach is not the same. */
	bool various;
};

/* Two peers that claim the same. */
struct page_overlap {
	/* indexes of peers, in the order of page_keep_peer() */
	uint32_t peers[2];
	struct ip_prefix networks[2];
	bool routes[2];
	unsigned lines[2];
};

struct page {
	/* not owned */
	const char *host;
	const struct roles *roles;
	const struct findings *findings;
	time_t now;
	struct page_peer *peers;
	size_t npeers, peers_size;
	struct page_overlap *overlaps;
	size_t noverlaps, overlaps_size;
	/* Memory ran out: there is no page. */
	bool lost;
};

void page_keep_peer(struct page *page, const char *shown, const struct peer *peer);
void page_keep_overlap(struct page *page, const struct page_overlap *overlap);
/* Sorted findings. What could not be drawn for lack of memory is in page->lost. */
void page_print(struct page *page, FILE *out);
void page_free(struct page *page);

/* The parts of it. page_style.c: the text of <style>. */
extern const char page_style[];
void page_findings(const struct page *page, FILE *out);
void page_peers(const struct page *page, FILE *out);
void page_overlaps(const struct page *page, FILE *out);
/* drawing.c */
void page_drawing(struct page *page, FILE *out);

#endif
