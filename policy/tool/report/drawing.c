/* SPDX-License-Identifier: ISC */
/*
 * The peers as a drawing, in SVG: a row for each group, from left to right its peers, this
 * host as one bar through all rows, and the networks that the group may reach. Widths are
 * counted in characters of a font in which all have the same, so that no text can lie on
 * another, however many peers there are.
 */
#include <inttypes.h>
#include <string.h>

#include "policy/tool/report/groups.h"
#include "policy/tool/report/html.h"

enum {
	/* In units of the drawing, which are pixels at its full size. A character of the
	 * largest font, 11px, needs 6.62. */
	CHAR_W = 7,
	WIDTH = 1180,
	BOX_X = 8,
	BOX_W = 810,
	BAR_X = 870,
	BAR_W = 40,
	PILL_X = 962,
	PILL_W = 210,
	PILL_H = 20,
	PILL_STEP = 26,
	HEAD_H = 26,
	GAP = 8,
	CELL_GAP = 4,
	CELL_PAD = 6,
	LINE_H = 13,
	ROW_GAP = 16,
	TOP = 10,
	TEXT_UP = 4,
	/* networks of a group, and peers of it, that are drawn */
	PILLS_MAX = 8,
	CELLS_MAX = 2000,
	CELL_CHARS_MAX = 48,
	HEAD_CHARS_MAX = (BOX_W - 2 * GAP) / CHAR_W,
	PILL_CHARS_MAX = PREFIX_TEXT_MAX,
};

/* How the cells of one group are laid out. */
struct grid {
	size_t cells, columns, rows;
	unsigned cell_w, cell_h;
	/* of the whole group */
	unsigned height;
};

enum { MARK_MAX = 24, SECOND_MAX = PREFIX_TEXT_MAX + 24 };

/* The number of the first overlap, and whether there are more; returns mark. */
static const char *mark_of(const struct page_peer *peer, char mark[MARK_MAX])
{
	if (peer->overlaps == 0)
		mark[0] = '\0';
	else
		snprintf(mark, MARK_MAX, " !%zu%s", peer->overlap,
			 peer->overlaps > 1 ? "+" : "");
	return mark;
}

/* The first network behind it, and how many more; returns out. */
static const char *behind(const struct page_peer *peer, char out[SECOND_MAX])
{
	char text[PREFIX_TEXT_MAX];
	const size_t count = peer->routes.count;

	if (count == 0)
		out[0] = '\0';
	else if (count == 1)
		snprintf(out, SECOND_MAX, "%s",
			 ip_prefix_print(&peer->routes.list[0], text));
	else
		snprintf(out, SECOND_MAX, "%s +%zu",
			 ip_prefix_print(&peer->routes.list[0], text), count - 1);
	return out;
}

static size_t cell_chars(const struct page_peer *peer)
{
	char mark[MARK_MAX], second[SECOND_MAX];
	const size_t first = strlen(peer->name) + strlen(mark_of(peer, mark)),
		     below = strlen(behind(peer, second));

	return first > below ? first : below;
}

static size_t pills_of(const struct group *group)
{
	const struct page_peer *peer = group->peers[0];

	if (group->various || peer->reach_any || peer->reach.count == 0)
		return 1;
	return peer->reach.count > PILLS_MAX ? PILLS_MAX + 1 : peer->reach.count;
}

static struct grid lay_out(const struct group *group)
{
	const unsigned pills = (unsigned)pills_of(group) * PILL_STEP;
	struct grid grid = {.cells = group->count};
	size_t chars = 1;

	if (grid.cells > CELLS_MAX)
		grid.cells = CELLS_MAX;
	for (size_t i = 0; i < grid.cells; i++)
		if (cell_chars(group->peers[i]) > chars)
			chars = cell_chars(group->peers[i]);
	if (chars > CELL_CHARS_MAX)
		chars = CELL_CHARS_MAX;
	grid.cell_w = (unsigned)chars * CHAR_W + 2 * CELL_PAD;
	grid.cell_h = (group->sites ? 2 : 1) * LINE_H + CELL_GAP;
	grid.columns = (BOX_W - 2 * GAP + CELL_GAP) / (grid.cell_w + CELL_GAP);
	/* Full rows take the whole width. */
	if (grid.cells >= grid.columns)
		grid.cell_w =
		    (BOX_W - 2 * GAP + CELL_GAP) / (unsigned)grid.columns - CELL_GAP;
	grid.rows = (grid.cells + grid.columns - 1) / grid.columns;
	grid.height = HEAD_H + (unsigned)grid.rows * (grid.cell_h + CELL_GAP) + GAP;
	if (grid.height < pills + GAP)
		grid.height = pills + GAP;
	return grid;
}

static const char *class_of(const struct page_peer *peer)
{
	if (peer->by_severity[SEVERITY_ERROR] > 0)
		return " e";
	return peer->by_severity[SEVERITY_WARNING] > 0 ? " w" : "";
}

/* What a pointer on the cell, or a reader of the page's structure, is told. */
static void print_title(FILE *out, const struct page_peer *peer)
{
	char text[PREFIX_TEXT_MAX];

	fputs("<title>", out);
	html_text(out, peer->name);
	for (size_t i = 0; i < peer->routes.count; i++)
		fprintf(out, "%s%s", i == 0 ? ": " : ", ",
			ip_prefix_print(&peer->routes.list[i], text));
	fprintf(out, "; errors: %zu, warnings: %zu, overlaps: %zu</title>",
		peer->by_severity[SEVERITY_ERROR], peer->by_severity[SEVERITY_WARNING],
		peer->overlaps);
}

static void print_cell(FILE *out, const struct page_peer *peer, const struct grid *grid,
		       unsigned x, unsigned y)
{
	char mark[MARK_MAX], second[SECOND_MAX];

	fprintf(out, "<a class=\"c%s%s\" href=\"#peer-", class_of(peer),
		peer->overlaps > 0 ? " o" : "");
	html_text(out, peer->name);
	fputs("\">", out);
	print_title(out, peer);
	fprintf(out,
		"<rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" rx=\"3\"/>"
		"<text x=\"%u\" y=\"%u\">",
		x, y, grid->cell_w, grid->cell_h, x + CELL_PAD, y + LINE_H - 1);
	html_text(out, peer->name);
	if (peer->overlaps > 0)
		fprintf(out, "<tspan class=\"m\">%s</tspan>", mark_of(peer, mark));
	fputs("</text>", out);
	if (behind(peer, second)[0] != '\0')
		fprintf(out, "<text class=\"s\" x=\"%u\" y=\"%u\">%s</text>", x + CELL_PAD,
			y + 2 * LINE_H - 1, second);
	fputs("</a>\n", out);
}

/* Where its peers may come from, in a few words. */
static void print_from(FILE *out, const struct group *group)
{
	const struct page_networks *first = &group->peers[0]->from;
	size_t anywhere = 0, same = 0;
	char text[PREFIX_TEXT_MAX];

	for (size_t i = 0; i < group->count; i++) {
		const struct page_networks *from = &group->peers[i]->from;

		anywhere += from->count == 0;
		same += from->count == 1 && first->count == 1 &&
			ip_prefix_compare(&from->list[0], &first->list[0]) == 0;
	}
	if (same == group->count)
		fprintf(out, "from %s", ip_prefix_print(&first->list[0], text));
	else if (anywhere == group->count)
		fputs("from anywhere", out);
	else if (anywhere > 0)
		fprintf(out, "from networks of their own, %zu of them from anywhere",
			anywhere);
	else
		fputs("from networks of their own", out);
}

static void print_head(FILE *out, const struct group *group, const struct grid *grid,
		       unsigned y)
{
	fprintf(out, "<text class=\"h\" x=\"%d\" y=\"%u\"><tspan class=\"b\">%zu ",
		BOX_X + GAP, y + LINE_H + TEXT_UP, group->count);
	if (group->sites)
		fputs(group->count == 1 ? "site" : "sites", out);
	else
		fputs(group->count == 1 ? "machine" : "machines", out);
	fputs("</tspan>, ", out);
	print_from(out, group);
	if (grid->cells < group->count)
		fprintf(out, "; %zu are drawn", grid->cells);
	fputs("</text>\n", out);
}

static void print_cells(FILE *out, const struct group *group, const struct grid *grid,
			unsigned y)
{
	for (size_t i = 0; i < grid->cells; i++) {
		const unsigned column = (unsigned)(i % grid->columns),
			       row = (unsigned)(i / grid->columns);

		print_cell(out, group->peers[i], grid,
			   BOX_X + GAP + column * (grid->cell_w + CELL_GAP),
			   y + HEAD_H + row * (grid->cell_h + CELL_GAP));
	}
}

static void print_pill(FILE *out, unsigned y, const char *class, const char *text)
{
	const unsigned middle = y + PILL_H / 2;

	fprintf(out,
		"<path class=\"r\" d=\"M%d %uH%d\" marker-end=\"url(#to)\"/>"
		"<rect class=\"p%s\" x=\"%d\" y=\"%u\" width=\"%d\" height=\"%d\" "
		"rx=\"10\"/><text x=\"%d\" y=\"%u\">",
		BAR_X + BAR_W, middle, PILL_X - 2, class, PILL_X, y, PILL_W, PILL_H,
		PILL_X + 2 * CELL_PAD, middle + TEXT_UP);
	html_cut(out, text, (PILL_W - 4 * CELL_PAD) / CHAR_W);
	fputs("</text>\n", out);
}

/* What the group may reach, beside this host's end of each link. */
static void print_pills(FILE *out, const struct group *group, unsigned y)
{
	const struct page_peer *peer = group->peers[0];
	char text[PREFIX_TEXT_MAX];

	if (group->various) {
		print_pill(out, y, " q", "what each may, below");
		return;
	}
	if (peer->reach_any || peer->reach.count == 0) {
		print_pill(out, y, peer->reach_any ? " a" : " q",
			   peer->reach_any ? "anywhere" : "this host alone");
		return;
	}
	for (size_t i = 0; i < peer->reach.count && i < PILLS_MAX; i++)
		print_pill(out, y + (unsigned)i * PILL_STEP, "",
			   ip_prefix_print(&peer->reach.list[i], text));
	if (peer->reach.count <= PILLS_MAX)
		return;
	snprintf(text, sizeof text, "%zu more", peer->reach.count - PILLS_MAX);
	print_pill(out, y + PILLS_MAX * PILL_STEP, " q", text);
}

static void print_group(FILE *out, const struct group *group, const struct grid *grid,
			unsigned y)
{
	fprintf(
	    out,
	    "<rect class=\"g\" x=\"%d\" y=\"%u\" width=\"%d\" height=\"%u\" rx=\"6\"/>\n"
	    "<path class=\"l\" d=\"M%d %uH%d\" marker-start=\"url(#from)\" "
	    "marker-end=\"url(#to)\"/>\n",
	    BOX_X, y, BOX_W, grid->height, BOX_X + BOX_W + 2, y + PILL_H / 2 + GAP / 2,
	    BAR_X - 2);
	print_head(out, group, grid, y);
	print_cells(out, group, grid, y);
	print_pills(out, group, y + GAP / 2);
}

static void print_bar(FILE *out, unsigned height)
{
	const unsigned middle = BAR_X + BAR_W / 2;

	fprintf(
	    out,
	    "<rect class=\"t\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%u\" rx=\"6\"/>\n",
	    BAR_X, TOP / 2, BAR_W, height - TOP);
	/* Once on each screen of a long drawing. */
	for (unsigned y = 60; y + 40 < height || y == 60; y += 600)
		fprintf(out,
			"<text class=\"b u\" x=\"%u\" y=\"%u\" "
			"transform=\"rotate(-90 %u %u)\">this host</text>\n",
			middle, y, middle, y);
}

/* The arrows' heads. */
static const char markers[] =
    "<defs><marker id=\"to\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" "
    "markerHeight=\"7\" orient=\"auto\"><path class=\"k\" d=\"M0 0L8 4L0 8z\"/></marker>"
    "<marker id=\"from\" viewBox=\"0 0 8 8\" refX=\"1\" refY=\"4\" markerWidth=\"7\" "
    "markerHeight=\"7\" orient=\"auto\"><path class=\"k\" d=\"M8 0L0 4L8 8z\"/></marker>"
    "</defs>\n";

static void print_drawing(FILE *out, const struct groups *groups)
{
	struct grid grids[sizeof groups->list / sizeof groups->list[0]];
	unsigned y = TOP;

	for (size_t i = 0; i < groups->count; i++) {
		grids[i] = lay_out(&groups->list[i]);
		y += grids[i].height + ROW_GAP;
	}
	/* The bar has its name in it, also beside one small group. */
	if (y < 120)
		y = 120;
	fprintf(
	    out,
	    "<div class=\"wide\"><svg id=\"drawing\" role=\"img\" aria-label=\"Peers, this "
	    "host, and the networks that they may reach\" width=\"%d\" height=\"%u\" "
	    "viewBox=\"0 0 %d %u\">\n%s",
	    WIDTH, y, WIDTH, y, markers);
	print_bar(out, y);
	y = TOP;
	for (size_t i = 0; i < groups->count; i++) {
		print_group(out, &groups->list[i], &grids[i], y);
		y += grids[i].height + ROW_GAP;
	}
	fputs("</svg></div>\n", out);
}

static void print_legend(FILE *out)
{
	static const char *const rows[][2] = {
	    {"c", "a peer: its name and, below, the first network behind it, with how many "
		  "more"},
	    {"c e", "a peer whose file has an error"},
	    {"c w", "a peer whose file has a warning"},
	    {"c o", "!1: a peer that claims what another has as well; the list below has "
		    "the number"},
	    {"p",
	     "a network that the group to the left of it may reach, through this host"},
	    {"p a", "every network that this host can reach"},
	};

	fputs("<ul id=\"legend\">\n", out);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		fprintf(out,
			"<li><svg width=\"26\" height=\"16\" aria-hidden=\"true\"><g "
			"class=\"%s\"><rect class=\"%s\" x=\"2\" y=\"2\" width=\"22\" "
			"height=\"12\" rx=\"%d\"/></g></svg> %s</li>\n",
			rows[i][0], rows[i][0], rows[i][0][0] == 'p' ? 6 : 3, rows[i][1]);
	fputs("<li><svg width=\"26\" height=\"16\" aria-hidden=\"true\"><path class=\"l\" "
	      "d=\"M2 8H24\"/></svg> links by ssh</li>\n"
	      "<li><svg width=\"26\" height=\"16\" aria-hidden=\"true\"><path class=\"r\" "
	      "d=\"M2 8H24\"/></svg> where packets may go</li>\n</ul>\n",
	      out);
}

void page_drawing(struct page *page, FILE *out)
{
	struct groups groups;

	if (groups_make(&groups, page->peers, page->npeers) != 0) {
		page->lost = true;
		return;
	}
	fputs("<p>Peers that may reach the same networks are one group. Sites have "
	      "networks behind them (Route); machines have none.</p>\n",
	      out);
	print_legend(out);
	print_drawing(out, &groups);
	groups_free(&groups);
}
