/* SPDX-License-Identifier: ISC */
#include "policy/tool/explain/explanation.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/confine/filter_listing.h"
#include "agent/net/kernel_has.h"
#include "policy/language/escape.h"
#include "policy/language/paths.h"

/* The log's descriptor: the first that the agent opens, after the standard three. */
enum { LOG_DESCRIPTOR = STDERR_FILENO + 1 };

static enum trust trust_of(const struct explain_question *question)
{
	return question->root[0] == '\0' ? TRUST_ROOT : TRUST_ANY;
}

static void fail(struct explanation *out, enum exit_code code, const struct error *err)
{
	out->code = code;
	login_set_rule(&out->login, err->file, err->line, err->column);
	snprintf(out->reason, sizeof out->reason, "%s", err->text);
}

/* The path of a file of the host, or of its copy; 0, or -1 when it is too long. */
static int place(const struct explain_question *question, const char *path,
		 char out[PATH_TEXT_MAX])
{
	return question->root[0] == '\0' ? path_tidy(path, out)
					 : path_join(question->root, path, out);
}

/* Finds the account that the agent must run as: EXIT_DONE, or the agent's exit code, with
 * *err. */
static enum exit_code find_account(const struct explain_question *question,
				   const char *passwd, struct login *login,
				   struct error *err)
{
	if (account_find(passwd, trust_of(question), login->conf.account, &login->account,
			 err) != 0) {
		login->account =
		    (struct account){.uid = EXPLAIN_NO_ID, .gid = EXPLAIN_NO_ID};
		/* A copy need not have the file. */
		return question->root[0] != '\0' && err->sys == ENOENT
			   ? EXIT_DONE
			   : error_exit_code(err);
	}
	if (login->account.uid != 0)
		return EXIT_DONE;
	error_set(err, "the account %s is root: uid 0", login->conf.account);
	return EXIT_SYSTEM;
}

/* Step 2 of the agent, as far as files tell: agent.conf and the account; and where the
 * peers' files are. */
static int read_host(const struct explain_question *question, char peers[PATH_TEXT_MAX],
		     struct explanation *out)
{
	struct login *login = &out->login;
	char conf[PATH_TEXT_MAX], passwd[PATH_TEXT_MAX];
	struct error err = {0};
	enum exit_code code = EXIT_POLICY;

	if (place(question, PATH_AGENT_CONF, conf) != 0 ||
	    place(question, "/etc/passwd", passwd) != 0 ||
	    place(question, PATH_PEERS_DIR, peers) != 0)
		error_set(&err, "the path of the copy is too long");
	else if (policy_load_agent(conf, trust_of(question), &login->conf, &err) == 0)
		code = find_account(question, passwd, login, &err);
	else
		code = error_exit_code(&err);
	if (code == EXIT_DONE)
		return 0;
	fail(out, code, &err);
	return -1;
}

static bool is_routed(const struct peer *peer, const struct ip_addr *addr)
{
	for (size_t i = 0; i < peer->nroutes; i++)
		if (ip_prefix_contains(&peer->routes[i].prefix, addr))
			return true;
	return false;
}

/* Where the peer may come from. */
static void assume_client(const struct peer *peer, struct ip_addr *from)
{
	/* Of documentation (RFC 5737, RFC 3849): from anywhere, but not from behind the
	 * tunnel. */
	static const char *const anywhere[] = {"192.0.2.1", "198.51.100.1", "203.0.113.1",
					       "2001:db8::1"};
	const char *why;

	if (peer->nfrom > 0) {
		*from = peer->from[0].prefix.addr;
		return;
	}
	for (size_t i = 0; i < sizeof anywhere / sizeof anywhere[0]; i++)
		if (ip_addr_parse(anywhere[i], from, &why) == 0 && !is_routed(peer, from))
			return;
}

/* A certificate for that peer, which is valid. */
static void take_certificate(const uint8_t authority[KEY_DIGEST_SIZE],
			     struct intake_identity *who)
{
	who->certified = true;
	who->certificate = (struct certificate){.expires = UINT64_MAX};
	memcpy(who->certificate.authority, authority, KEY_DIGEST_SIZE);
	snprintf(who->certificate.principal, sizeof who->certificate.principal, "%s",
		 who->peer);
}

/* What sshd would tell, where it was not said. */
static void assume_key(const struct explain_question *question, struct explanation *out)
{
	struct intake_identity *who = &out->login.intake.who;
	const struct peer *peer = &out->login.peer;
	size_t count;
	const struct key_line *authorities =
	    peer_authorities(peer, &out->login.conf, &count);

	const bool hand_in = out->login.intake.what.request.verb == VERB_HAND_IN;
	const struct key_line *first = hand_in ? peer->hand_in_keys : peer->keys;

	if (question->key != EXPLAIN_KEY_FIRST)
		return;
	out->key_assumed = first->line != 0;
	out->authority_assumed = !hand_in && peer->nkeys == 0 && count > 0;
	if (out->key_assumed)
		memcpy(who->digest, first->key.digest, sizeof who->digest);
	if (out->authority_assumed)
		take_certificate(authorities[0].key.digest, who);
}

/* Step 3: who asks. What was not said is taken from the peer's own file. */
static void take_identity(const struct explain_question *question, const char *peers,
			  struct explanation *out)
{
	struct intake_identity *who = &out->login.intake.who;
	struct peer *peer = &out->login.peer;
	const struct caller caller = {.name = question->peer};
	struct error err;

	*who = (struct intake_identity){.state = INTAKE_OK,
					.from = question->from,
					.server = question->server,
					.key_told = question->key != EXPLAIN_KEY_NONE};
	out->key_given = question->key == EXPLAIN_KEY_GIVEN;
	if (out->key_given)
		memcpy(who->digest, question->digest, sizeof who->digest);
	/* login_judge() says what is wrong with the name or the file. */
	if (intake_parse_peer(&caller, who) != 0)
		return;
	if (question->key == EXPLAIN_KEY_CERTIFIED)
		take_certificate(question->digest, who);
	if (policy_load_peer(peers, who->peer, trust_of(question), peer, &err) != 0)
		return;
	out->from_assumed = who->from.family == AF_UNSPEC;
	if (out->from_assumed)
		assume_client(peer, &who->from);
	assume_key(question, out);
}

/* In a copy, everything is assumed to be there. */
static bool is_there(const struct explain_question *question, const char *path)
{
	return question->root[0] != '\0' || access(path, F_OK) == 0;
}

/* LaunchAs account: pppd would run as the account, which usually may not open the device.
 */
static bool account_may_open(const struct account *account, const char *device)
{
	const mode_t both = S_IROTH | S_IWOTH;
	struct stat st;
	unsigned shift = 0;

	if (stat(device, &st) != 0)
		return false;
	if (st.st_uid == account->uid)
		shift = 6;
	else if (st.st_gid == account->gid)
		shift = 3;
	return (st.st_mode >> shift & both) == both;
}

/* So is PPP in the kernel, which only root may try. */
static bool kernel_has_ppp(const struct explain_question *question,
			   const struct login *login)
{
	struct error err = {0};

	if (question->root[0] != '\0')
		return true;
	if (login->conf.launch_as == LAUNCH_ACCOUNT &&
	    !account_may_open(&login->account, "/dev/ppp"))
		return false;
	return ppp_device_check(&err) == 0 || err.sys == EACCES || err.sys == EPERM;
}

static void choose_ppp(const struct explain_question *question, struct explanation *out)
{
	struct login *login = &out->login;
	const struct engine_question engine =
	    login_engine_question(login, is_there(question, PATH_PPPTUN));

	login->engine = engine_settle(&engine);
	out->kernel_decides = login->engine == PPP_AUTO;
	if (out->kernel_decides)
		login->engine =
		    is_there(question, login->conf.pppd) && kernel_has_ppp(question, login)
			? PPP_PPPD
			: PPP_PPPTUN;
}

/* Steps 6 and 7. */
static void prepare(const struct explain_question *question, struct explanation *out)
{
	struct login *login = &out->login;
	const bool ppp = login_launches_ppp(login);
	struct error err = {0};

	snprintf(login->id, sizeof login->id, "%s", EXPLAIN_ID);
	peer_interface(&login->peer, 0, login->session.interface);
	if (ppp)
		choose_ppp(question, out);
	if (login_launches(login) && login_build_plan(login, LOG_DESCRIPTOR, &err) != 0) {
		out->code = EXIT_SYSTEM;
		snprintf(out->reason, sizeof out->reason, "%s", err.text);
		return;
	}
	/* As if the program had been opened. */
	login->plan.fd = CONFINE_EXEC_FD;
	login_shape_confinement(login, ppp && login->engine == PPP_PPPD &&
					   login->conf.launch_as != LAUNCH_ACCOUNT);
}

void explain(const struct explain_question *question, const char *request,
	     struct explanation *out)
{
	const struct caller caller = {.request = request};
	char peers[PATH_TEXT_MAX];

	memset(out, 0, sizeof *out);
	if (policy_name_valid(question->peer))
		snprintf(out->peer, sizeof out->peer, "%s", question->peer);
	else
		escape_quoted(question->peer, strlen(question->peer), out->peer,
			      sizeof out->peer);
	out->request = request;
	out->now = question->now;
	intake_parse_request(&caller, &out->login.intake.what);
	if (read_host(question, peers, out) != 0) {
		/* The agent would not have come to look at it. */
		out->login.intake.what.state = INTAKE_NOTHING;
		return;
	}
	take_identity(question, peers, out);
	out->code =
	    login_judge(&out->login, peers, trust_of(question), question->now, out->reason);
	if (out->code == EXIT_DONE)
		prepare(question, out);
}

const char *explain_key(const struct explanation *explanation,
			char buf[KEY_FINGERPRINT_TEXT_MAX])
{
	return explanation->key_given || explanation->key_assumed
		   ? key_fingerprint(explanation->login.intake.who.digest, buf)
		   : NULL;
}

const char *explain_authority(const struct explanation *explanation,
			      char buf[KEY_FINGERPRINT_TEXT_MAX])
{
	const struct intake_identity *who = &explanation->login.intake.who;

	return who->certified ? key_fingerprint(who->certificate.authority, buf) : NULL;
}

_Static_assert(PEER_REACH_ALL_MAX >= PEER_ROUTES_MAX, "routes fit where a reach does");

size_t explain_networks(const struct explanation *explanation,
			struct ip_prefix out[PEER_REACH_ALL_MAX])
{
	const struct peer *peer = &explanation->login.peer;

	if (login_launches_ppp(&explanation->login))
		return peer_reach_all(peer, out);
	for (size_t i = 0; i < peer->nroutes; i++)
		out[i] = peer->routes[i].prefix;
	return peer->nroutes;
}

bool explain_path(const struct explanation *explanation, size_t i, struct path_rule *out)
{
	const struct confine *confine = &explanation->login.confine;
	const struct path_rule *lists[LANDLOCK_LISTS];

	if (confine->target_fd >= 0 && i-- == 0) {
		*out = (struct path_rule){explanation->login.plan.target,
					  LANDLOCK_TARGET_RIGHTS};
		return true;
	}
	landlock_rule_lists(confine, lists);
	for (size_t list = 0; list < LANDLOCK_LISTS; list++)
		for (const struct path_rule *rule = lists[list]; rule->path != NULL; rule++)
			if (i-- == 0) {
				*out = *rule;
				return true;
			}
	return false;
}

const char *explain_depends(const struct explanation *explanation, size_t i)
{
	const struct login *login = &explanation->login;
	const enum verb verb = login->intake.what.request.verb;
	const bool ppp = login_launches_ppp(login), kernel = login->engine == PPP_PPPD;
	const struct {
		bool holds;
		const char *text;
	} all[] = {
	    {ppp, "a session that is free, or one of ppptun's whose client "
		  "no longer answers: without one, 75"},
	    {ppp && login->conf.tun_persistent,
	     "its device, made for the account beforehand, with these addresses: without "
	     "it, 69"},
	    {verb == VERB_SSHROUTE && login->conf.tun_persistent,
	     "its routes, made beforehand: it adds none, and without them ends with 71"},
	    {verb == VERB_SSHROUTE,
	     "the session of the same ssh connection, or the only one: without it, 75"},
	    {kernel && login->conf.launch_as == LAUNCH_AUTO,
	     "pppd: from 2.5.4 on, where the account may open /dev/ppp, it runs as the "
	     "account"},
	    {explanation->kernel_decides,
	     "pppd, and PPP in the kernel: with both, pppd is launched, otherwise ppptun"},
	    {kernel && !explanation->kernel_decides, "PPP in the kernel: without it, 69"},
	    {kernel && login->peer.strict,
	     "rp_filter, or a packet filter, of this host: without it packets from any "
	     "source pass"},
	    {kernel && !login->peer.reach_any, "a packet filter of this host: without it "
					       "packets go anywhere, as pppd looks at "
					       "none"},
	    {verb == VERB_SSHROUTE && login->peer.nroutes > 0 &&
		 login->intake.who.server.family == AF_UNSPEC,
	     "the address that the client reaches (--server): in a Route, 77"},
	    {true, "the policy files: if the account may not read them, 78"},
	    {verb == VERB_HAND_IN,
	     "sallyport-hand-in.socket, and what it starts: without it, 71"},
	    {login_launches(login), "the program: if anyone but root may change it, 71"},
	    {login->confine.landlock_required, "Landlock in the kernel: without it, 71"},
	    {!login->confine.landlock_required,
	     "Landlock in the kernel: without it, only its ids protect files"},
	};

	for (size_t k = 0; k < sizeof all / sizeof all[0]; k++)
		if (all[k].holds && i-- == 0)
			return all[k].text;
	return NULL;
}

const char *const *explain_calls(const struct confine *confine)
{
	static const char *const nothing[] = {NULL};
	struct filter_shape shape = filter_shape_of(confine);

	shape.kill = false;
	for (size_t i = 0; i < filter_listing_count; i++)
		if (filter_shape_same(&filter_listings[i].shape, &shape))
			return filter_listings[i].lines;
	return nothing;
}

const char *explain_right(unsigned bit)
{
	/* In the order of linux/landlock.h's LANDLOCK_ACCESS_FS_*. */
	static const char *const names[] = {
	    "execute",	  "write_file",	 "read_file", "read_dir",
	    "remove_dir", "remove_file", "make_char", "make_dir",
	    "make_reg",	  "make_sock",	 "make_fifo", "make_block",
	    "make_sym",	  "refer",	 "truncate",  "ioctl_dev",
	};

	return bit < sizeof names / sizeof names[0] ? names[bit] : NULL;
}

void explain_finding(const struct explanation *explanation, struct findings *findings)
{
	const struct rule_place *rule = &explanation->login.rule;

	findings_add(
	    findings,
	    explanation->code == EXIT_DONE ? RULE_EXPLAIN_ALLOW : RULE_EXPLAIN_DENY,
	    rule->file, rule->line, rule->column, "%s: %s: %s", explanation->peer,
	    explanation->request == NULL ? "a shell" : explanation->login.intake.what.shown,
	    explanation->reason);
}
