/* SPDX-License-Identifier: ISC */
/* The peers as a table, and what two of them claim. */
#include <string.h>

#include "policy/language/value.h"
#include "policy/tool/report/html.h"
#include "policy/tool/report/page.h"

enum { NETWORKS_SHOWN = 10, OVERLAPS_SHOWN = 500 };

static void print_networks(FILE *out, const struct page_networks *networks,
			   const char *nothing)
{
	char text[PREFIX_TEXT_MAX];

	if (networks->count == 0)
		fprintf(out, "<span class=\"soft\">%s</span>", nothing);
	for (size_t i = 0; i < networks->count && i < NETWORKS_SHOWN; i++)
		fprintf(out, "%s%s", i > 0 ? "<br>" : "",
			ip_prefix_print(&networks->list[i], text));
	if (networks->count > NETWORKS_SHOWN)
		fprintf(out, "<br>%zu more", networks->count - NETWORKS_SHOWN);
}

static void print_pair(FILE *out, const struct address_pair *pair)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];

	if (pair->local.family != AF_UNSPEC)
		fprintf(out, "%s &ndash; %s<br>", ip_addr_print(&pair->local, local),
			ip_addr_print(&pair->remote, remote));
}

static void print_key(FILE *out, const struct page_peer *peer)
{
	char text[KEY_FINGERPRINT_TEXT_MAX];

	if (peer->keys == 0) {
		fputs("<span class=\"soft\">none</span>", out);
		return;
	}
	html_printf(out, "%s %s", peer->key.type, key_fingerprint(peer->key.digest, text));
	if (peer->keys > 1)
		fprintf(out, "<br>%zu more", peer->keys - 1);
}

static void print_counts(FILE *out, const struct page_peer *peer)
{
	bool any = false;

	for (unsigned severity = SEVERITY_COUNT; severity-- > 0;)
		if (peer->by_severity[severity] > 0) {
			const char *name = severity_name(severity);

			fprintf(out, "<span class=\"%s\">%zu %s%s</span><br>", name,
				peer->by_severity[severity], name,
				peer->by_severity[severity] == 1 ? "" : "s");
			any = true;
		}
	if (!any)
		fputs("<span class=\"good\">none</span>", out);
}

static void print_peer(FILE *out, const struct page_peer *peer)
{
	char when[TIME_TEXT_MAX];

	fputs("<tr id=\"peer-", out);
	html_text(out, peer->name);
	fputs("\"><td><b>", out);
	html_text(out, peer->name);
	fputs("</b><br><span class=\"soft\">", out);
	html_text(out, peer->interface);
	fputs("</span></td><td class=\"mono\">", out);
	print_networks(out, &peer->from, "anywhere");
	fputs("</td><td class=\"mono\">", out);
	print_pair(out, &peer->address);
	print_pair(out, &peer->address6);
	fputs("</td><td class=\"mono\">", out);
	print_networks(out, &peer->routes, "nothing");
	if (peer->sources_any)
		fputs("<br><span class=\"warning\">any source</span>", out);
	fputs("</td><td class=\"mono\">", out);
	if (peer->reach_any)
		fputs("<span class=\"warning\">anywhere</span>", out);
	else
		print_networks(out, &peer->reach, "this host");
	fputs("</td><td class=\"mono key\">", out);
	print_key(out, peer);
	fprintf(out, "</td><td>%s</td><td>",
		peer->expires == 0 ? "never" : value_time_print(peer->expires, when));
	print_counts(out, peer);
	fputs("</td></tr>\n", out);
}

void page_peers(const struct page *page, FILE *out)
{
	fputs("<h2 id=\"peers\">Peers</h2>\n<div class=\"wide\"><table>\n<thead><tr>"
	      "<th>Peer</th><th>Comes from</th><th>Link</th><th>Behind it</th><th>May "
	      "reach</th>"
	      "<th>Key</th><th>Expires</th><th>Findings</th></tr></thead>\n<tbody>\n",
	      out);
	for (size_t i = 0; i < page->npeers; i++)
		print_peer(out, &page->peers[i]);
	fputs("</tbody></table></div>\n", out);
}

static void print_side(const struct page *page, const struct page_overlap *overlap,
		       unsigned side, FILE *out)
{
	const struct page_peer *peer = &page->peers[overlap->peers[side]];
	char text[PREFIX_TEXT_MAX];

	fprintf(out, "%s %s of <a href=\"#peer-",
		overlap->routes[side] ? "Route" : "Address",
		overlap->routes[side] ? ip_prefix_print(&overlap->networks[side], text)
				      : ip_addr_print(&overlap->networks[side].addr, text));
	html_text(out, peer->name);
	fputs("\">", out);
	html_text(out, peer->name);
	fputs("</a> <code>", out);
	html_printf(out, "%s:%u", peer->file, overlap->lines[side]);
	fputs("</code>", out);
}

void page_overlaps(const struct page *page, FILE *out)
{
	if (page->noverlaps == 0)
		return;
	fprintf(out, "<h3 class=\"error\">%zu overlap%s</h3>\n<ul id=\"overlaps\">\n",
		page->noverlaps, page->noverlaps == 1 ? "" : "s");
	for (size_t i = 0; i < page->noverlaps && i < OVERLAPS_SHOWN; i++) {
		fprintf(out, "<li><b class=\"error mono\">!%zu</b> ", i + 1);
		print_side(page, &page->overlaps[i], 0, out);
		fputs(" and ", out);
		print_side(page, &page->overlaps[i], 1, out);
		fputs("</li>\n", out);
	}
	if (page->noverlaps > OVERLAPS_SHOWN)
		fprintf(out, "<li>%zu more</li>\n", page->noverlaps - OVERLAPS_SHOWN);
	fputs("</ul>\n", out);
}
