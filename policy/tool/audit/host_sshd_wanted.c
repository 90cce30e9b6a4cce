/* SPDX-License-Identifier: ISC */
/* What sshd requires of a key: an algorithm that it accepts, a size, and that it is not
 * revoked. Peers none of whose keys it accepts cannot log in. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/tool/audit/host.h"
#include "policy/tool/audit/host_sshd.h"
#include "policy/tool/audit/sshd_text.h"
#include "policy/tool/base/grow.h"

enum { WHY_MAX = 256 };

/* For fingerprints, of which no more is known, and when there are too many kinds. */
enum { KIND_UNKNOWN = 63 };

static const char rsa[] = "ssh-rsa";

static unsigned kind_of(struct host *host, const struct public_key *key)
{
	struct host_key_kind kind = {.rsa_bits = key->rsa_bits};

	for (size_t i = 0; i < host->nkinds; i++)
		if (strcmp(host->kinds[i].type, key->type) == 0 &&
		    host->kinds[i].rsa_bits == key->rsa_bits)
			return (unsigned)i;
	if (key->type[0] == '\0' || host->nkinds == KIND_UNKNOWN)
		return KIND_UNKNOWN;
	snprintf(kind.type, sizeof kind.type, "%s", key->type);
	if (APPEND(host->kinds, host->nkinds, host->kinds_size, &kind))
		return (unsigned)host->nkinds - 1;
	host->findings->lost = true;
	return KIND_UNKNOWN;
}

void host_keep_kinds(struct host *host, const struct peer *peer)
{
	struct host_key_set set = {.peers = 1};
	size_t count;
	const struct key_line *list = peer_login_keys(peer, &count);

	for (size_t i = 0; i < count; i++)
		set.kinds |= UINT64_C(1) << kind_of(host, &list[i].key);
	for (size_t i = 0; i < host->nsets; i++) {
		if (host->sets[i].kinds != set.kinds)
			continue;
		host->sets[i].peers++;
		return;
	}
	snprintf(set.peer, sizeof set.peer, "%s", peer->name);
	if (!APPEND(host->sets, host->nsets, host->sets_size, &set))
		host->findings->lost = true;
}

static bool takes_type(const char *algorithms, const char *type)
{
	static const char webauthn[] = "webauthn-sk-ecdsa-sha2-nistp256@openssh.com";

	return sshd_list_has_type(algorithms, type) ||
	       (strcmp(type, &webauthn[sizeof "webauthn-" - 1]) == 0 &&
		sshd_list_has(algorithms, webauthn));
}

/* Why sshd does not accept keys of this kind, or "". */
static const char *refuses(const struct sshd_settings *settings,
			   const struct host_key_kind *kind, char why[WHY_MAX])
{
	const char *algorithms = sshd_setting(settings, "pubkeyacceptedalgorithms");
	const char *size = sshd_setting(settings, "requiredrsasize");
	const long bits = sshd_first_number(size);

	why[0] = '\0';
	if (algorithms != NULL && !takes_type(algorithms, kind->type))
		snprintf(why, WHY_MAX, "pubkeyacceptedalgorithms has no %.64s", kind->type);
	else if (strcmp(kind->type, rsa) == 0 && bits > (long)kind->rsa_bits)
		snprintf(why, WHY_MAX, "requiredrsasize is %ld, and theirs are of %u", bits,
			 kind->rsa_bits);
	return why;
}

/* Whether sshd accepts one of the keys; if not, why not the last of them. */
static bool takes_one(const struct host *host, const struct sshd_settings *settings,
		      const struct host_key_set *set, char why[WHY_MAX])
{
	if ((set->kinds & UINT64_C(1) << KIND_UNKNOWN) != 0)
		return true;
	for (size_t i = 0; i < host->nkinds; i++)
		if ((set->kinds & UINT64_C(1) << i) != 0 &&
		    refuses(settings, &host->kinds[i], why)[0] == '\0')
			return true;
	return false;
}

static void judge_set(struct host *host, const struct sshd_view *v,
		      const struct host_key_set *set)
{
	char before[WHY_MAX], why[WHY_MAX] = "";

	/* Invited, and has sent none yet: Key none. */
	if (set->kinds == 0)
		return;
	if (takes_one(host, v->settings, set, why) ||
	    (v->others != NULL && !takes_one(host, v->others, set, before)))
		return;
	if (set->peers == 1)
		host_find(host, RULE_SSHD_KEY_TYPE, PATH_SSHD_CONFIG, 0,
			  "sshd takes no key of the peer %s%s: %s", set->peer, v->from,
			  why);
	else
		host_find(host, RULE_SSHD_KEY_TYPE, PATH_SSHD_CONFIG, 0,
			  "sshd takes no key of %zu peers, %s among them%s: %s", set->peers,
			  set->peer, v->from, why);
}

static void judge_revoked_key(struct host *host, const char *path,
			      const struct public_key *key)
{
	const struct survey *survey = host->survey;

	for (size_t i = 0; i < survey->nkeys; i++)
		if (memcmp(survey->keys[i].digest, key->digest, sizeof key->digest) == 0)
			findings_add(host->findings, RULE_SSHD_REVOKED,
				     survey->peers[survey->keys[i].peer],
				     survey->keys[i].line, 1, "revokedkeys %s has this key",
				     path);
	for (size_t i = 0; i < survey->nauthorities; i++)
		if (memcmp(survey->authorities[i].digest, key->digest,
			   sizeof key->digest) == 0)
			findings_add(host->findings, RULE_SSHD_REVOKED, survey->agent_file,
				     survey->authorities[i].line, 1,
				     "revokedkeys %s has this Authority", path);
}

/* A line is like one of authorized_keys without options; sshd ignores others. */
static void judge_revoked_line(struct host *host, const char *path, char *line)
{
	static const char between[] = " \t\r";
	char *rest = NULL;
	const char *type = strtok_r(line, between, &rest);
	const char *base64 = type == NULL ? NULL : strtok_r(NULL, between, &rest);
	struct public_key key;

	if (base64 != NULL && !key_is_fingerprint(type) &&
	    key_parse(type, base64, &key, NULL) == 0)
		judge_revoked_key(host, path, &key);
}

/* A key is taken out of policy; a certificate is good until it expires. */
static void judge_unrevocable(struct host *host, const struct sshd_view *v)
{
	const struct survey *survey = host->survey;

	if (v->others == NULL && survey->nauthorities > 0 && survey->ncertified > 0)
		host_find(host, RULE_SSHD_REVOCATION, PATH_SSHD_CONFIG, 0,
			  "revokedkeys none, and %zu peers may come in by a certificate",
			  survey->ncertified);
}

/* When sshd cannot read the list, it considers every key revoked. */
static void judge_revoked(struct host *host, const struct sshd_view *v)
{
	static const char binary[] = "SSHKRL\n";
	const char *path = sshd_view_news(v, "revokedkeys");
	size_t len;
	char *text, *rest;

	if (path == NULL || strcmp(path, "none") == 0) {
		judge_unrevocable(host, v);
		return;
	}
	text = host_read(host, path, &len);
	if (text == NULL && (errno == EACCES || errno == EPERM)) {
		host_not_read(host, path, "");
	} else if (text == NULL) {
		host_find(host, RULE_SSHD_REVOKED, PATH_SSHD_CONFIG, 0,
			  "revokedkeys %s%s cannot be read: %s", path, v->from, host_why());
	} else if (strncmp(text, binary, sizeof binary - 1) == 0) {
		host_find(host, RULE_NOT_LOOKED_AT, path, 0,
			  "which peers' keys this list of revoked ones has");
	} else {
		rest = text;
		for (char *line; (line = strsep(&rest, "\n")) != NULL;)
			judge_revoked_line(host, path, line);
	}
	free(text);
}

void host_sshd_wanted(struct host *host, const struct sshd_view *v)
{
	for (size_t i = 0; i < host->nsets; i++)
		judge_set(host, v, &host->sets[i]);
	judge_revoked(host, v);
}
