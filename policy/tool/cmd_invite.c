/* SPDX-License-Identifier: ISC */
/* vpn-policy invite: the invitation of a peer that is there, once more. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "policy/language/path.h"
#include "policy/language/paths.h"
#include "policy/tool/peers/renew.h"
#include "policy/tool/peers/until.h"
#include "policy/tool/vpn-policy.h"

struct inviting {
	const char *root, *name;
	bool hand_in;
	time_t until;
	struct invite invite;
	struct agent_conf conf;
	struct peer peer;
	char line[INVITATION_LINE_MAX];
};

static enum exit_code take_options(struct inviting *in, struct cli *cli)
{
	const struct cli_option options[] = {
	    {"root", CLI_TEXT, .out = &in->root},
	    {"hand-in", CLI_FLAG, .out = &in->hand_in},
	    {"until", CLI_CALL, .out = &in->until, .take = until_take},
	    {"host", CLI_CALL, .out = &in->invite, .take = invite_take_host},
	    {"port", CLI_NUMBER, .out = &in->invite.port, .max = 65535},
	    {"host-key", CLI_CALL, .out = &in->invite, .take = invite_take_key},
	    {"qr", CLI_FLAG, .out = &in->invite.qr},
	    {0}};

	return cli_read(cli, options);
}

static enum exit_code make(struct inviting *in)
{
	char conf[PATH_TEXT_MAX], joined[PATH_TEXT_MAX], peers[PATH_TEXT_MAX];
	enum trust trust = TRUST_ANY;
	struct error err;

	if (path_join(in->root, PATH_AGENT_CONF, conf) != 0 ||
	    path_join(in->root, PATH_PEERS_DIR, joined) != 0 ||
	    path_absolute(joined, peers) != 0) {
		fputs("vpn-policy: the path of the copy is too long\n", stderr);
		return EXIT_USAGE;
	}
	if (in->root[0] == '\0')
		trust = cli_trust_default(peers);
	if (policy_load_agent(conf, trust, &in->conf, &err) != 0 ||
	    policy_load_peer(peers, in->name, trust, &in->peer, &err) != 0 ||
	    invite_make(&in->invite, in->root, &in->conf, &in->peer, in->line, &err) != 0)
		return cli_fail_read(&err);
	return EXIT_DONE;
}

/* With a one-time key, of which nobody but the invitation has the private half: another. */
static enum exit_code make_again(struct inviting *in)
{
	static struct renewal renewal;
	enum exit_code code;

	renewal = (struct renewal){
	    .root = in->root, .name = in->name, .until = in->until, .invite = &in->invite};
	code = renew(&renewal);
	memcpy(in->line, renewal.line, sizeof in->line);
	return code;
}

enum exit_code cmd_invite(struct cli *cli)
{
	static struct inviting in = {.root = ""};
	enum exit_code code = take_options(&in, cli);

	if (code != EXIT_DONE)
		return code;
	if (cli->argc == 0)
		return cli_usage_error(cli, "invite needs the name of a peer");
	in.name = cli->argv[0];
	/* Options may follow the name as well. */
	code = take_options(&in, cli);
	if (code != EXIT_DONE)
		return code;
	if (cli->argc > 0 || !policy_name_valid(in.name))
		return cli_usage_error(cli, "invite takes the name of one peer");
	if (in.until != 0 && !in.hand_in)
		return cli_usage_error(cli, "--until belongs to --hand-in");
	code = in.hand_in ? make_again(&in) : make(&in);
	if (code == EXIT_DONE)
		invite_tell(&in.invite, in.line);
	return code;
}
