/* SPDX-License-Identifier: ISC */
#include "policy/tool/audit/key_lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/language/paths.h"
#include "policy/tool/base/grow.h"

/* How many bad lines of a file are reported one by one. */
enum { BAD_LINES_MAX = 100 };

struct peer_key {
	struct key_claim claim;
	bool listed;
};

struct listed_key {
	uint8_t digest[KEY_DIGEST_SIZE];
	const char *path;
	unsigned line;
	/* the line's place among all lines */
	size_t number;
};

static int by_digest(const void *left, const void *right)
{
	const struct peer_key *a = left, *b = right;

	return memcmp(a->claim.digest, b->claim.digest, sizeof a->claim.digest);
}

int key_lines_begin(struct key_lines *lines, struct host *host)
{
	const struct survey *survey = host->survey;

	lines->host = host;
	lines->nknown = survey->nkeys;
	lines->known = calloc(survey->nkeys + 1, sizeof *lines->known);
	lines->certified = calloc(survey->ncertified + 1, sizeof *lines->certified);
	if (lines->known == NULL || lines->certified == NULL) {
		free(lines->known);
		free(lines->certified);
		host->findings->lost = true;
		return -1;
	}
	for (size_t i = 0; i < survey->nkeys; i++)
		lines->known[i].claim = survey->keys[i];
	SORT(lines->known, lines->nknown, by_digest);
	return 0;
}

static struct span name_of(const struct key_lines *lines, const struct peer_key *key)
{
	return survey_name(lines->host->survey, key->claim.peer);
}

/* Marks the key as listed. Returns that of the peer called name if it has the key,
 * otherwise another peer's, or NULL. */
static const struct peer_key *find_owner(struct key_lines *lines,
					 const struct public_key *key, const char *name)
{
	struct peer_key wanted = {0}, *end = lines->known + lines->nknown, *at;
	const struct peer_key *found = NULL;

	memcpy(wanted.claim.digest, key->digest, sizeof wanted.claim.digest);
	at = FIND(&wanted, lines->known, lines->nknown, by_digest);
	for (; at != NULL && at < end && by_digest(at, &wanted) == 0; at++) {
		at->listed = true;
		if (found == NULL || span_is(name_of(lines, at), name))
			found = at;
	}
	return found;
}

/* Loads the peer's own file; whether its place can be trusted is checked elsewhere. */
static int load_peer(struct key_lines *lines, const char *name, struct error *err)
{
	char dir[PATH_TEXT_MAX];

	if (path_join(lines->host->root, PATH_PEERS_DIR, dir) != 0)
		return error_set(err, "the path is too long");
	return policy_load_peer(dir, name, TRUST_ANY, &lines->peer, err);
}

/* Whether the peer that load_peer() has loaded has the key. */
static bool peer_has(const struct peer *peer, const struct public_key *key)
{
	size_t count;
	const struct key_line *list = peer_login_keys(peer, &count);

	for (size_t i = 0; i < count; i++)
		if (key_same(&list[i].key, key))
			return true;
	return false;
}

static void judge_owner(struct key_lines *lines, const char *path,
			const struct public_key *key, const char *name)
{
	const struct peer_key *owner = find_owner(lines, key, name);
	struct error err = {0};
	struct span other;
	int loaded;

	if (owner != NULL && span_is(name_of(lines, owner), name))
		return;
	loaded = load_peer(lines, name, &err);
	if (loaded < 0 && err.sys == ENOENT) {
		host_find(lines->host, RULE_KEYS_PEER, path, lines->line.number,
			  "there is no peer %s", name);
	} else if (owner != NULL) {
		other = name_of(lines, owner);
		host_find(lines->host, RULE_KEYS_PEER, path, lines->line.number,
			  "this key is %.*s's, but its command names %s", (int)other.len,
			  other.at, name);
	} else if (loaded < 0 && err.sys != 0) {
		if (!lines->closed)
			host_find(lines->host, RULE_NOT_LOOKED_AT, path, lines->line.number,
				  "whose this key is: the file of %s: %s", name,
				  strerror(err.sys));
		lines->closed = true;
	} else if (!peer_has(&lines->peer, key)) {
		/* It may be in a file that has errors, which are reported elsewhere. */
		host_find(lines->host, RULE_KEYS_PEER, path, lines->line.number,
			  "no valid peer has this key, which is listed as %s's", name);
	}
}

/* The HOWTO's way needs a terminal; a peer that does not use it must not get one. */
static void judge_terminal(struct key_lines *lines, const char *path, const char *name)
{
	struct error err;

	if (authorized_option(&lines->line, "pty") == NULL)
		return;
	if (name == NULL || load_peer(lines, name, &err) != 0 || !lines->peer.legacy)
		host_find(lines->host, RULE_KEYS_OPTION, path, lines->line.number,
			  "pty: only a peer with Legacy yes needs one");
}

/* The peer that the line's command names to the agent, or NULL with a finding. */
static const char *judge_command(struct key_lines *lines, const char *path)
{
	static const char agent[] = PATH_AGENT " ";
	const struct authorized_option *command =
	    authorized_option(&lines->line, "command");

	if (command == NULL || command->value == NULL) {
		host_find(lines->host, RULE_KEYS_AGENT, path, lines->line.number,
			  "no command=: expected \"%sPEER\"", agent);
		return NULL;
	}
	if (strncmp(command->value, agent, sizeof agent - 1) == 0 &&
	    policy_name_valid(command->value + sizeof agent - 1))
		return command->value + sizeof agent - 1;
	host_find(lines->host, RULE_KEYS_AGENT, path, lines->line.number,
		  "command=\"%s\": expected \"%sPEER\"", command->value, agent);
	return NULL;
}

static void keep(struct key_lines *lines, const char *path, const struct public_key *key)
{
	struct listed_key new = {
	    .path = path, .line = lines->line.number, .number = lines->nlisted};

	memcpy(new.digest, key->digest, sizeof new.digest);
	if (!APPEND(lines->listed, lines->nlisted, lines->listed_size, &new))
		lines->host->findings->lost = true;
}

static bool take_key(struct key_lines *lines, const char *path, struct public_key *key)
{
	const char *base64 = lines->line.base64[0] == '\0' ? NULL : lines->line.base64;
	const char *why = "not a key type that is known";

	/* Only a policy file may give a fingerprint instead of the key. */
	if (!key_is_fingerprint(lines->line.type) &&
	    key_parse(lines->line.type, base64, key, &why) == 0)
		return true;
	host_find(lines->host, RULE_KEYS_LINE, path, lines->line.number, "%s: %s",
		  lines->line.type, why);
	return false;
}

/* That sshd ignores a HandInKey which has ended is as it should be; its peer's file tells.
 * One of which sshd does not know the end is a line as any other. */
static bool is_over(struct key_lines *lines)
{
	static const char agent[] = PATH_AGENT " ";
	const struct authorized_option *command =
	    authorized_option(&lines->line, "command");
	const struct authorized_option *expiry =
	    authorized_option(&lines->line, "expiry-time");
	const struct peer *peer = &lines->peer;
	struct public_key key;
	struct error err;
	time_t end;

	return expiry != NULL && expiry->value != NULL &&
	       authorized_time(expiry->value, &end) && end < lines->host->survey->now &&
	       command != NULL && command->value != NULL &&
	       strncmp(command->value, agent, sizeof agent - 1) == 0 &&
	       policy_name_valid(command->value + sizeof agent - 1) &&
	       load_peer(lines, command->value + sizeof agent - 1, &err) == 0 &&
	       peer->nhand_in_keys > 0 && peer->hand_in_until <= lines->host->survey->now &&
	       key_parse(lines->line.type, lines->line.base64, &key, NULL) == 0 &&
	       key_same(&key, &peer->hand_in_keys[0].key);
}

/* A line that sshd ignores does not count as one for its key. */
static void judge_line(struct key_lines *lines, const char *path)
{
	struct public_key key;
	const char *name;

	if (is_over(lines))
		return;
	if (!key_options_judge(lines->host, path, &lines->line) ||
	    !take_key(lines, path, &key))
		return;
	name = judge_command(lines, path);
	judge_terminal(lines, path, name);
	if (certificate_line_judge(lines, path, &key, name))
		return;
	keep(lines, path, &key);
	/* judge_command() has reported a missing name; the key is listed nevertheless. */
	if (name == NULL)
		(void)find_owner(lines, &key, "");
	else
		judge_owner(lines, path, &key, name);
}

void key_lines_read(struct key_lines *lines, const char *path, const char *text, size_t len)
{
	struct authorized_keys keys;
	struct error err;
	size_t bad = 0;
	int r;

	authorized_keys_start(&keys, path, text, len);
	while ((r = authorized_keys_next(&keys, &lines->line, &err)) != 0)
		if (r > 0)
			judge_line(lines, path);
		else if (++bad <= BAD_LINES_MAX)
			host_find(lines->host, RULE_KEYS_LINE, path, err.line,
				  "column %u: %s", err.column, err.text);
	if (bad > BAD_LINES_MAX)
		host_find(lines->host, RULE_KEYS_LINE, path, 0, "%zu more lines like these",
			  bad - BAD_LINES_MAX);
}

static int by_listed(const void *left, const void *right)
{
	const struct listed_key *a = left, *b = right;
	int order = memcmp(a->digest, b->digest, sizeof a->digest);

	return order != 0 ? order : (a->number > b->number) - (a->number < b->number);
}

static void judge_twice(struct key_lines *lines)
{
	const struct listed_key *first = lines->listed;

	SORT(lines->listed, lines->nlisted, by_listed);
	for (size_t i = 1; i < lines->nlisted; i++) {
		const struct listed_key *key = &lines->listed[i];

		if (memcmp(key->digest, first->digest, sizeof key->digest) != 0)
			first = key;
		else
			host_find(lines->host, RULE_KEYS_TWICE, key->path, key->line,
				  "this key has a line already, %s:%u", first->path,
				  first->line);
	}
}

/* Whether the policy has only the fingerprint of the key, from which no line can be made.
 */
static bool is_fingerprint(struct key_lines *lines, const struct peer_key *key)
{
	struct error err;
	const struct span own = name_of(lines, key);
	char name[NAME_MAX_LEN + 1];

	snprintf(name, sizeof name, "%.*s", (int)own.len, own.at);
	if (load_peer(lines, name, &err) != 0)
		return false;
	for (size_t i = 0; i < lines->peer.nkeys; i++)
		if (lines->peer.keys[i].line == key->claim.line)
			return lines->peer.keys[i].key.type[0] == '\0';
	return false;
}

static void judge_missing(struct key_lines *lines)
{
	for (size_t i = 0; i < lines->nknown; i++) {
		const struct peer_key *key = &lines->known[i];
		const char *path = lines->host->survey->peers[key->claim.peer];

		if (!key->listed)
			findings_add(
			    lines->host->findings, RULE_KEYS_MISSING, path, key->claim.line,
			    1, "%s",
			    is_fingerprint(lines, key)
				? "authorized_keys has no line for the key of this "
				  "fingerprint: only the key itself makes one"
				: "authorized_keys has no line for this key");
	}
}

void key_lines_end(struct key_lines *lines, bool all)
{
	judge_twice(lines);
	if (all) {
		judge_missing(lines);
		certificate_lines_end(lines);
	}
	free(lines->known);
	free(lines->certified);
	free(lines->listed);
	lines->known = NULL;
	lines->listed = NULL;
}
