/* SPDX-License-Identifier: ISC */
#include "policy/tool/report/page.h"

#include <stdlib.h>
#include <string.h>

#include "policy/language/base64.h"
#include "policy/language/paths.h"
#include "policy/language/sha256.h"
#include "policy/language/value.h"
#include "policy/tool/base/grow.h"
#include "policy/tool/report/html.h"

static bool keep_networks(struct page_networks *to, const struct prefix_line *list,
			  size_t count)
{
	to->list = count == 0 ? NULL : calloc(count, sizeof *to->list);
	if (count > 0 && to->list == NULL)
		return false;
	for (size_t i = 0; i < count; i++)
		to->list[i] = list[i].prefix;
	to->count = count;
	return true;
}

static void drop(struct page_peer *peer)
{
	free(peer->file);
	free(peer->from.list);
	free(peer->routes.list);
	free(peer->reach.list);
}

void page_keep_peer(struct page *page, const char *shown, const struct peer *peer)
{
	size_t reach = 0;
	const struct prefix_line *list = peer_reach(peer, &reach);
	struct page_peer kept = {
	    .file = strdup(shown),
	    .address = peer->address,
	    .address6 = peer->address6,
	    .reach_any = list == NULL,
	    .sources_any = !peer->strict,
	    .expires = peer->expires,
	    .keys = peer->nkeys,
	    .key = peer->keys[0].key,
	};

	memcpy(kept.name, peer->name, sizeof kept.name);
	memcpy(kept.interface, peer->interface, sizeof kept.interface);
	if (kept.file != NULL && keep_networks(&kept.from, peer->from, peer->nfrom) &&
	    keep_networks(&kept.routes, peer->routes, peer->nroutes) &&
	    keep_networks(&kept.reach, list, list == NULL ? 0 : reach) &&
	    APPEND(page->peers, page->npeers, page->peers_size, &kept))
		return;
	drop(&kept);
	page->lost = true;
}

void page_keep_overlap(struct page *page, const struct page_overlap *overlap)
{
	if (!APPEND(page->overlaps, page->noverlaps, page->overlaps_size, overlap))
		page->lost = true;
}

/* Findings are sorted by file, so that those of one file stand together. */
static int compare_file(const void *key, const void *element)
{
	return strcmp(key, ((const struct finding *)element)->file);
}

static void count_findings(const struct findings *findings, struct page_peer *peer)
{
	const struct finding *list = findings->list, *end = list + findings->count,
			     *one = FIND(peer->file, findings->list, findings->count,
					 compare_file);

	while (one != NULL && one > list && strcmp(one[-1].file, peer->file) == 0)
		one--;
	for (; one != NULL && one < end && strcmp(one->file, peer->file) == 0; one++)
		if (one->waived == NULL)
			peer->by_severity[rules[one->rule].severity]++;
}

static void count_all(struct page *page)
{
	for (size_t i = 0; i < page->npeers; i++)
		count_findings(page->findings, &page->peers[i]);
	for (size_t i = 0; i < page->noverlaps; i++)
		for (unsigned side = 0; side < 2; side++) {
			struct page_peer *peer =
			    &page->peers[page->overlaps[i].peers[side]];

			if (peer->overlaps++ == 0)
				peer->overlap = i + 1;
		}
}

/* The policy allows this page its own style, known by its digest, and nothing else: not
 * even what somebody might get past the escaping. */
static void print_head(const struct page *page, FILE *out)
{
	uint8_t digest[SHA256_SIZE];
	char hash[SHA256_SIZE * 2];

	sha256_digest(page_style, strlen(page_style), digest);
	base64_encode_bare(digest, sizeof digest, hash);
	fprintf(
	    out,
	    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	    "style-src 'sha256-%s='; base-uri 'none'; form-action 'none'\">\n"
	    "<meta name=\"referrer\" content=\"no-referrer\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width\">\n<title>",
	    hash);
	html_printf(out, "Sallyport audit: %s", page->host);
	fprintf(out, "</title>\n<style>%s</style>\n</head>\n<body>\n<main>\n", page_style);
}

struct summary {
	const char *class, *words;
};

static struct summary judge(const struct page *page)
{
	if (roles_none(page->roles))
		return (struct summary){"error", "Nothing of Sallyport is on this host."};
	if (page->findings->by_severity[SEVERITY_ERROR] > 0)
		return (struct summary){
		    "error", "Errors: somebody is kept out, or gets more than is meant."};
	if (page->findings->by_severity[SEVERITY_WARNING] > 0)
		return (struct summary){
		    "warning", "No error. It works, and is weaker than it could be."};
	return (struct summary){"good", "No error, and no warning."};
}

static size_t count_unseen(const struct findings *findings)
{
	size_t count = 0;

	for (size_t i = 0; i < findings->count; i++)
		count += findings->list[i].rule == RULE_NOT_LOOKED_AT;
	return count;
}

static void print_verdict(const struct page *page, FILE *out)
{
	const struct summary summary = judge(page);
	const size_t unseen = count_unseen(page->findings);

	fprintf(out, "<section id=\"verdict\" class=\"%s\"><b>%s</b>\n<p>", summary.class,
		summary.words);
	for (unsigned severity = SEVERITY_COUNT; severity-- > 0;)
		fprintf(out, "%zu %s%s, ", page->findings->by_severity[severity],
			severity_name(severity),
			page->findings->by_severity[severity] == 1 ? "" : "s");
	fprintf(out, "%zu waived; %zu peer%s.</p>\n", page->findings->waived, page->npeers,
		page->npeers == 1 ? "" : "s");
	if (unseen > 0)
		fprintf(out,
			"<p><a href=\"#rule-not-looked-at\">%zu thing%s could not be "
			"checked</a>: nothing is known of %s.</p>\n",
			unseen, unseen == 1 ? "" : "s", unseen == 1 ? "it" : "them");
	fputs("</section>\n", out);
}

static void print_roles(const struct page *page, FILE *out)
{
	static const char *const titles[ROLE_COUNT] = {
	    [ROLE_REMOTE] = "remote: peers log in to it",
	    [ROLE_LOCAL] = "local: it launches links to others",
	};

	fputs("<h2 id=\"roles\">Roles of the host</h2>\n<ul>\n", out);
	for (unsigned role = 0; role < ROLE_COUNT; role++) {
		const struct role_signs *found = &page->roles->found[role];

		if (!roles_has(page->roles, role))
			continue;
		fprintf(out, "<li><b>%s</b>", titles[role]);
		for (size_t i = 0; i < found->count; i++) {
			fputs(i == 0 ? "; known by <code>" : ", <code>", out);
			html_text(out, found->signs[i]);
			fputs("</code>", out);
		}
		fputs("</li>\n", out);
	}
	if (roles_none(page->roles))
		fputs("<li>none</li>\n", out);
	fputs("</ul>\n", out);
}

static void print_top(const struct page *page, FILE *out)
{
	char when[TIME_TEXT_MAX];

	fputs("<h1>", out);
	html_printf(out, "Sallyport audit: %s", page->host);
	fputs("</h1>\n<p class=\"soft\">", out);
	html_printf(out, "vpn-policy audit, version %s, as of %s", VERSION,
		    value_time_print(page->now, when));
	fputs("</p>\n", out);
	print_verdict(page, out);
	fputs("<nav><a href=\"#roles\">Roles</a><a href=\"#findings\">Findings</a>", out);
	if (page->findings->waived > 0)
		fputs("<a href=\"#waived\">Waived</a>", out);
	if (page->npeers > 0)
		fputs("<a href=\"#graph\">Graph</a><a href=\"#peers\">Peers</a>", out);
	fputs("</nav>\n", out);
}

void page_print(struct page *page, FILE *out)
{
	count_all(page);
	print_head(page, out);
	print_top(page, out);
	print_roles(page, out);
	page_findings(page, out);
	if (page->npeers > 0) {
		fputs("<h2 id=\"graph\">Graph</h2>\n", out);
		page_drawing(page, out);
		page_overlaps(page, out);
		page_peers(page, out);
	}
	fputs("</main>\n</body>\n</html>\n", out);
}

void page_free(struct page *page)
{
	for (size_t i = 0; i < page->npeers; i++)
		drop(&page->peers[i]);
	free(page->peers);
	free(page->overlaps);
	page->peers = NULL;
	page->overlaps = NULL;
	page->npeers = page->noverlaps = page->peers_size = page->overlaps_size = 0;
}
