/* SPDX-License-Identifier: ISC */
/* What authorized-keys --write holds its lines against before it replaces a file. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/language/paths.h"
#include "policy/tool/keys/lines.h"
#include "tests/unit/keys.h"

enum { TEXT_SIZE = 4096, KEYS = 2 };

static char dir[] = "/tmp/sallyport-lines-XXXXXX";
static char path[64];

/* Of two peers with a key each, as survey_keys() leaves it. */
static char *peers[] = {(char[]){"peers/alice.conf"}, (char[]){"peers/bob.conf"}};
static const char *const names[] = {"alice", "bob"};
static struct key_claim claims[KEYS];
static struct public_key keys[KEYS];
static const struct survey survey = {
    .peers = peers, .npeers = 2, .keys = claims, .nkeys = KEYS};

static int by_digest(const void *left, const void *right)
{
	const struct key_claim *a = left, *b = right;

	return memcmp(a->digest, b->digest, sizeof a->digest);
}

static int set_up(void **state)
{
	const char *why;

	(void)state;
	for (size_t i = 0; i < KEYS; i++) {
		assert_int_equal(
		    key_parse(key_samples[i].type, key_samples[i].base64, &keys[i], &why),
		    0);
		claims[i].peer = (uint32_t)i;
		memcpy(claims[i].digest, keys[i].digest, sizeof claims[i].digest);
	}
	qsort(claims, KEYS, sizeof claims[0], by_digest);
	if (mkdtemp(dir) == NULL)
		return -1;
	(void)snprintf(path, sizeof path, "%s/authorized_keys", dir);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(dir);
}

/* The text is written, or refused with that word and no file made. */
static void expect(size_t nkeys, const char *text, const char *refused)
{
	struct error err = {0};
	const int r =
	    lines_write(path, TRUST_ANY, &survey, NULL, nkeys, text, strlen(text), &err);

	if (refused == NULL) {
		assert_string_equal(err.text, "");
		assert_int_equal(r, 0);
		assert_int_equal(unlink(path), 0);
		return;
	}
	assert_int_equal(r, -1);
	if (strstr(err.text, refused) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, refused);
	assert_int_equal(access(path, F_OK), -1);
}

/* The line of each key, under the name of the peer with that number. */
static const char *lines(size_t first, size_t second)
{
	static char text[TEXT_SIZE];
	FILE *out = fmemopen(text, sizeof text, "w");
	const size_t of[KEYS] = {first, second};

	assert_non_null(out);
	for (size_t i = 0; i < KEYS; i++) {
		struct peer *peer = calloc(1, sizeof *peer);

		assert_non_null(peer);
		(void)snprintf(peer->name, sizeof peer->name, "%s", names[of[i]]);
		line_print(peer, &keys[i], out);
		free(peer);
	}
	assert_int_equal(fclose(out), 0);
	return text;
}

static void a_whole_list_is_written(void **state)
{
	(void)state;
	expect(KEYS, lines(0, 1), NULL);
	expect(0, "", NULL);
}

static void a_list_that_lacks_a_key_is_not_written(void **state)
{
	(void)state;
	expect(KEYS + 1, lines(0, 1), "2 lines for 3 keys");
	expect(KEYS, "", "0 lines for 2 keys");
	expect(1, lines(0, 1), "2 lines for 1 keys");
}

static void a_key_leads_to_its_own_peer(void **state)
{
	(void)state;
	expect(KEYS, lines(1, 0), "the key is not that peer's");
	expect(KEYS, lines(0, 0), "the key is not that peer's");
}

/* The line of the authority, which is the second key here, under that name and principal.
 */
static const char *certificate_line(const char *name, const char *principal)
{
	static char text[2 * TEXT_SIZE];

	(void)snprintf(
	    text, sizeof text,
	    "command=\"%s %s\",restrict,cert-authority,principals=\"%s\" %s %s\n",
	    PATH_AGENT, name, principal, keys[1].type, keys[1].base64);
	return text;
}

static void a_certificate_leads_to_a_certified_peer_alone(void **state)
{
	static const struct {
		const char *name, *principal, *refused;
		/* agent.conf has the authority */
		bool known;
	} all[] = {
	    {"bob", "bob", NULL, true},
	    {"bob", "bob", "may let that peer in", false},
	    {"alice", "alice", "may let that peer in", true},
	    {"bob", "alice", "the principal is not", true},
	    {"bob", "bob,alice", "the principal is not", true},
	};
	static struct agent_conf conf;
	struct certified_claim bob = {.peer = 1};
	struct survey with = survey;
	struct error err = {0};
	char twice[4 * TEXT_SIZE];

	(void)state;
	conf.authorities[0].key = keys[1];
	conf.nauthorities = 1;
	with.certified = &bob;
	with.ncertified = 1;
	for (size_t i = 0; i < COUNT(all); i++) {
		const char *text = certificate_line(all[i].name, all[i].principal);
		const int r =
		    lines_write(path, TRUST_ANY, &with, all[i].known ? &conf : NULL, 1,
				text, strlen(text), &err);

		assert_int_equal(r, all[i].refused == NULL ? 0 : -1);
		if (all[i].refused != NULL)
			assert_non_null(strstr(err.text, all[i].refused));
		(void)unlink(path);
	}
	(void)snprintf(twice, sizeof twice, "%s%s", certificate_line("bob", "bob"),
		       certificate_line("bob", "bob"));
	assert_int_equal(
	    lines_write(path, TRUST_ANY, &with, &conf, 2, twice, strlen(twice), &err), -1);
	assert_non_null(strstr(err.text, "has a line for that peer already"));
}

static void a_line_that_is_not_ours_is_not_written(void **state)
{
	char text[2 * TEXT_SIZE + 64];

	(void)state;
	(void)snprintf(text, sizeof text, "%s %s\n", keys[0].type, keys[0].base64);
	expect(1, text, "it does not lead to the agent");
	(void)snprintf(text, sizeof text, "command=\"%s alice\" %s %s\n", "/bin/sh",
		       keys[0].type, keys[0].base64);
	expect(1, text, "it does not lead to the agent");
	expect(1, "restrict ssh-ed25519\n", "it does not lead to the agent");
	expect(1, "\001\n", "control");
	(void)snprintf(text, sizeof text, "%s%s", lines(0, 1), lines(0, 1));
	expect(KEYS, text, "the key has a line already");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_whole_list_is_written),
	    cmocka_unit_test(a_list_that_lacks_a_key_is_not_written),
	    cmocka_unit_test(a_key_leads_to_its_own_peer),
	    cmocka_unit_test(a_certificate_leads_to_a_certified_peer_alone),
	    cmocka_unit_test(a_line_that_is_not_ours_is_not_written),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
