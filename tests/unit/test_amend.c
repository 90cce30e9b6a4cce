/* SPDX-License-Identifier: ISC */
/* Protects: what others wrote into authorized_keys when one peer changes. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "policy/language/paths.h"
#include "policy/tool/keys/amend.h"
#include "policy/tool/keys/lines.h"
#include "tests/unit/keys.h"

enum { TEXT_SIZE = 8192, JOINED = 32 };
/* 2100-01-01T00:00:00Z */
static const time_t until = 4102444800;

static char dir[] = "/tmp/sallyport-amend-XXXXXX";
static char path[64];
static struct peer alice;
/* What join() made, until the end. */
static char *joined[JOINED];
static size_t njoined;
/* Its one authority has the second key. */
static struct agent_conf conf;
/* The lines of the two keys, for alice, and that of the authority. */
static char first[TEXT_SIZE], second[TEXT_SIZE], certified[TEXT_SIZE];

static void print(char *line, size_t key)
{
	FILE *out = fmemopen(line, TEXT_SIZE, "w");

	assert_non_null(out);
	line_print(&alice, &alice.keys[key].key, out);
	assert_int_equal(fclose(out), 0);
}

static int set_up(void **state)
{
	(void)state;
	(void)snprintf(alice.name, sizeof alice.name, "alice");
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(key_parse(key_samples[i].type, key_samples[i].base64,
					   &alice.keys[i].key, NULL),
				 0);
	conf.authorities[0].key = alice.keys[1].key;
	conf.nauthorities = 1;
	(void)snprintf(certified, sizeof certified,
		       "command=\"%s alice\",restrict,cert-authority,principals=\"alice\" "
		       "%s %s alice\n",
		       PATH_AGENT, key_samples[1].type, key_samples[1].base64);
	print(first, 0);
	print(second, 1);
	if (mkdtemp(dir) == NULL)
		return -1;
	(void)snprintf(path, sizeof path, "%s/authorized_keys", dir);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	while (njoined > 0)
		free(joined[--njoined]);
	(void)unlink(path);
	return rmdir(dir);
}

/* From old to new, for alice with that many keys; -1: she is gone. */
static void expect(const char *old, int nkeys, const char *new)
{
	struct error err = {0};
	char text[TEXT_SIZE];
	bool amended = true;
	FILE *file = fopen(path, "we");
	size_t len;

	assert_non_null(file);
	fputs(old, file);
	assert_int_equal(fclose(file), 0);
	alice.nkeys = nkeys < 0 ? 0 : (size_t)nkeys;
	assert_int_equal(lines_amend(path, TRUST_ANY, "alice", nkeys < 0 ? NULL : &alice,
				     &conf, &amended, &err),
			 0);
	assert_int_equal(amended, strcmp(old, new) != 0);
	file = fopen(path, "re");
	assert_non_null(file);
	len = fread(text, 1, sizeof text - 1, file);
	text[len] = '\0';
	(void)fclose(file);
	assert_string_equal(text, new);
}

static const char *join(const char *a, const char *b)
{
	char *text = NULL;

	assert_true(njoined < JOINED);
	assert_true(asprintf(&text, "%s%s", a, b) >= 0);
	joined[njoined++] = text;
	return text;
}

static void its_own_lines_come_and_go(void **state)
{
	(void)state;
	expect("", 1, first);
	expect(first, 1, first);
	expect(first, 2, join(first, second));
	expect(join(second, first), 2, join(second, first));
	expect(join(second, first), 1, first);
	expect(join(first, first), 1, first);
}

static void the_line_for_certificates_comes_and_goes(void **state)
{
	(void)state;
	alice.certificate = true;
	expect("", 0, certified);
	expect(first, 1, join(first, certified));
	expect(join(certified, first), 1, join(certified, first));
	expect(join(certified, certified), 0, certified);
	/* The same key in both, which are two lines. */
	expect(certified, 2, join(certified, join(first, second)));
	conf.nauthorities = 0;
	expect(join(first, certified), 1, first);
	conf.nauthorities = 1;
	alice.certificate = false;
	expect(join(first, certified), 1, first);
	expect(join(first, certified), -1, "# No peer has a key.\n");
}

static void what_others_wrote_stays(void **state)
{
	static const char note[] = "# a note\n\n\t odd \001 line\n";
	char other[TEXT_SIZE], from[2 * TEXT_SIZE];

	(void)state;
	(void)snprintf(other, sizeof other, "command=\"%s bob\",restrict %s %s bob",
		       PATH_AGENT, key_samples[1].type, key_samples[1].base64);
	expect(join(note, other), 1, join(join(note, other), join("\n", first)));
	expect(join(join(note, first), other), -1, join(join(note, other), "\n"));
	/* Her own key, by a line that allows less than the one that would be added. */
	(void)snprintf(from, sizeof from, "from=\"192.0.2.0/24\",%s", first);
	expect(from, 1, from);
	expect(from, 2, join(from, second));
	expect(from, -1, from);
	/* As printed, but for its comment. */
	(void)snprintf(from, sizeof from, "%.*s from the office\n",
		       (int)strcspn(first, "\n"), first);
	expect(from, -1, from);
}

/* sshd would otherwise let in by the line of vpn-policy what theirs does not. */
static void an_authority_with_a_line_of_others_gets_none(void **state)
{
	char from[2 * TEXT_SIZE], bobs[TEXT_SIZE];

	(void)state;
	alice.certificate = true;
	(void)snprintf(from, sizeof from, "from=\"192.0.2.0/24\",%s", certified);
	expect(from, 0, from);
	expect(from, 1, join(from, first));
	(void)snprintf(
	    bobs, sizeof bobs,
	    "command=\"%s bob\",restrict,cert-authority,principals=\"bob\" %s %s\n",
	    PATH_AGENT, key_samples[1].type, key_samples[1].base64);
	expect(bobs, 0, join(bobs, certified));
	alice.certificate = false;
}

static void an_end_that_others_gave_a_key_stays(void **state)
{
	char ends[TEXT_SIZE], awaited[TEXT_SIZE], later[TEXT_SIZE];
	static const char format[] =
	    "command=\"%s alice\",restrict,expiry-time=\"%s\" %s %s alice\n";

	(void)state;
	(void)snprintf(ends, sizeof ends, format, PATH_AGENT, "20300101000000Z",
		       key_samples[0].type, key_samples[0].base64);
	expect(ends, 1, ends);
	expect(ends, 2, join(ends, second));
	/* A HandInKey that was used, or taken back; or whose end is another now. */
	expect(ends, 0, "# No peer has a key.\n");
	expect(ends, -1, "# No peer has a key.\n");
	alice.hand_in_keys[0] = alice.keys[0];
	alice.nhand_in_keys = 1;
	alice.hand_in_until = until;
	(void)snprintf(awaited, sizeof awaited, format, PATH_AGENT, "21000101000000Z",
		       key_samples[0].type, key_samples[0].base64);
	(void)snprintf(later, sizeof later, format, PATH_AGENT, "21000101000001Z",
		       key_samples[0].type, key_samples[0].base64);
	expect("", 0, awaited);
	expect(later, 0, awaited);
	alice.nhand_in_keys = 0;
}

static void a_fingerprint_keeps_its_line(void **state)
{
	struct key_line whole = alice.keys[0];

	(void)state;
	alice.keys[0].key.type[0] = alice.keys[0].key.base64[0] = '\0';
	expect(first, 1, first);
	expect("", 1, "# No peer has a key.\n");
	alice.keys[0] = whole;
}

static void the_file_is_never_empty(void **state)
{
	(void)state;
	expect(first, -1, "# No peer has a key.\n");
	expect(first, 0, "# No peer has a key.\n");
	expect("# No peer has a key.\n", -1, "# No peer has a key.\n");
	expect("# No peer has a key.\n", 1, first);
}

static void what_is_no_file_stays(void **state)
{
	struct error err = {0};
	bool amended;

	(void)state;
	(void)unlink(path);
	assert_int_equal(lines_amend(path, TRUST_ANY, "alice", NULL, NULL, &amended, &err),
			 -1);
	assert_int_equal(symlink("nowhere", path), 0);
	assert_int_equal(lines_amend(path, TRUST_ANY, "alice", NULL, NULL, &amended, &err),
			 -1);
	assert_false(amended);
	assert_int_equal(unlink(path), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(its_own_lines_come_and_go),
	    cmocka_unit_test(the_line_for_certificates_comes_and_goes),
	    cmocka_unit_test(what_others_wrote_stays),
	    cmocka_unit_test(an_authority_with_a_line_of_others_gets_none),
	    cmocka_unit_test(an_end_that_others_gave_a_key_stays),
	    cmocka_unit_test(a_fingerprint_keeps_its_line),
	    cmocka_unit_test(the_file_is_never_empty),
	    cmocka_unit_test(what_is_no_file_stays),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
