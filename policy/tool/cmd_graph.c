/* SPDX-License-Identifier: ISC */
/*
 * vpn-policy graph: peers, addresses and networks in the language of Graphviz, dot(1). A
 * prefix is a node by its own text, so that a network that several peers name is one node.
 */
#include <stdio.h>

#include "policy/tool/base/memory.h"
#include "policy/tool/report/report.h"
#include "policy/tool/survey/inputs.h"
#include "policy/tool/vpn-policy.h"

static const char host[] = "this host", anywhere[] = "anywhere";

/* Escapes what would end a string in dot's language, or has a meaning in it. */
static void print_escaped(FILE *out, const char *text)
{
	for (; *text != '\0'; text++)
		fprintf(out, "%s%c", *text == '"' || *text == '\\' ? "\\" : "", *text);
}

static void print_node(FILE *out, const char *before, const char *name)
{
	fprintf(out, "\"%s", before);
	print_escaped(out, name);
	fputc('"', out);
}

static void print_peer_node(FILE *out, const struct peer *peer)
{
	unsigned printed = 0;

	fputc('\t', out);
	print_node(out, "peer ", peer->name);
	fputs(" [shape=box, label=\"", out);
	print_escaped(out, peer->name);
	fputs("\\n", out);
	print_escaped(out, peer->interface);
	fputs("\\n", out);
	for (unsigned verb = 0; verb < VERB_COUNT; verb++)
		if (verbs_have(peer->allow, verb))
			fprintf(out, "%s%s", printed++ > 0 ? " " : "", verb_name(verb));
	if (!peer->strict)
		fputs("\\nfrom any source", out);
	fputs("\"];\n", out);
}

static void print_ends(FILE *out, const struct address_pair *pair, const char *before)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];

	if (pair->local.family != AF_UNSPEC)
		fprintf(out, "%s%s - %s", before, ip_addr_print(&pair->local, local),
			ip_addr_print(&pair->remote, remote));
}

enum direction { TO_PEER, FROM_PEER };

/* From another node to the peer's, or back; what is said of it follows. */
static void print_arrow(FILE *out, const struct peer *peer, enum direction direction,
			const char *node)
{
	fputc('\t', out);
	if (direction == TO_PEER) {
		print_node(out, "", node);
		fputs(" -> ", out);
	}
	print_node(out, "peer ", peer->name);
	if (direction == FROM_PEER) {
		fputs(" -> ", out);
		print_node(out, "", node);
	}
}

static void print_link(FILE *out, const struct peer *peer)
{
	if (peer->address.local.family == AF_UNSPEC &&
	    peer->address6.local.family == AF_UNSPEC)
		return;
	print_arrow(out, peer, TO_PEER, host);
	fputs(" [label=\"", out);
	print_ends(out, &peer->address, "");
	print_ends(out, &peer->address6,
		   peer->address.local.family != AF_UNSPEC ? "\\n" : "");
	fputs("\"];\n", out);
}

static void print_edge(FILE *out, const struct peer *peer, enum direction direction,
		       const char *node, const char *label)
{
	print_arrow(out, peer, direction, node);
	fprintf(out, " [%s];\n", label);
}

static void print_edges(FILE *out, const struct peer *peer, enum direction direction,
			const struct prefix_line *list, size_t count, const char *label)
{
	char prefix[PREFIX_TEXT_MAX];

	for (size_t i = 0; i < count; i++)
		print_edge(out, peer, direction, ip_prefix_print(&list[i].prefix, prefix),
			   label);
}

/* Where the peer's packets may go; without a Reach, to the networks of its offers. */
static void print_reach(FILE *out, const struct peer *peer)
{
	static const char reach[] = "label=\"Reach\", style=dashed";

	if (peer->reach_any)
		print_edge(out, peer, FROM_PEER, anywhere, reach);
	print_edges(out, peer, FROM_PEER, peer->reach, peer->nreach, reach);
}

static void draw_peer(void *context, enum file_kind kind, const char *shown,
		      const union parsed *parsed)
{
	static const char from[] = "label=\"From\", style=dotted";
	const struct peer *peer = &parsed->peer;
	FILE *out = context;

	(void)shown;
	if (kind != KIND_PEER)
		return;
	print_peer_node(out, peer);
	print_link(out, peer);
	if (peer->nfrom == 0)
		print_edge(out, peer, TO_PEER, anywhere, from);
	print_edges(out, peer, TO_PEER, peer->from, peer->nfrom, from);
	print_edges(out, peer, FROM_PEER, peer->routes, peer->nroutes, "label=\"Route\"");
	print_edges(out, peer, TO_PEER, peer->offers, peer->noffers,
		    peer->reach_line != 0 ? "label=\"Offer\", style=dashed"
					  : "label=\"Offer\", style=dashed, dir=both");
	print_reach(out, peer);
}

/* All of it, or nothing: a graph without a peer looks like a whole one. */
static enum exit_code draw(FILE *out, const char *root, const char *dir)
{
	struct findings findings = {0};
	struct survey survey = {
	    .findings = &findings,
	    .good_file = draw_peer,
	    .context = out,
	    .only_parse = true,
	};
	struct inputs inputs = {.survey = &survey, .kind = KIND_COUNT, .root = root};
	enum exit_code code = EXIT_DONE;

	fprintf(out,
		"digraph sallyport {\n\trankdir=LR;\n"
		"\t\"%s\" [shape=box, style=bold];\n",
		host);
	if (dir == NULL)
		inputs_read_host(&inputs);
	else
		inputs_read(&inputs, dir);
	fputs("}\n", out);
	findings_sort(&findings);
	if (findings.count > 0 || findings.lost)
		code = EXIT_POLICY;
	if (report_findings(&findings, "graph", REPORT_TEXT) != 0)
		code = EXIT_SYSTEM;
	survey_free(&survey);
	findings_free(&findings);
	return code;
}

enum exit_code cmd_graph(struct cli *cli)
{
	const char *root = "";
	const struct cli_option options[] = {{"root", CLI_TEXT, .out = &root}, {0}};
	enum exit_code code = cli_read(cli, options);
	struct memory drawn;

	if (code != EXIT_DONE)
		return code;
	if (cli->argc > 1)
		return cli_usage_error(cli, "graph takes one directory");
	if (memory_open(&drawn) != 0)
		return cli_out_of_memory();
	code = draw(drawn.out, root, cli->argc > 0 ? cli->argv[0] : NULL);
	if (memory_close(&drawn) != 0)
		code = cli_out_of_memory();
	if (code == EXIT_DONE)
		fwrite(drawn.text, 1, drawn.len, stdout);
	memory_free(&drawn);
	return code;
}
