/* SPDX-License-Identifier: ISC */
/*
 * An invitation is read back as it was written, or not at all: cut anywhere, with any
 * character changed, of another version, or with a value that has no place there.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/language/invitation.h"

#define KEY                                                                                \
	"ssh-ed25519 "                                                                     \
	"AAAAC3NzaC1lZDI1NTE5AAAAIMMeenE497oiftXpR3d/+nUvZGTxwuDHFv2ErMi/ygY5"
#define GOOD                                                                               \
	"alice\nHost gate.example.org\nPort 2222\nAccount slave\n"                         \
	"Address 10.9.0.3 10.9.0.2\nAddress6 fd00:9::3 fd00:9::2\nOffer 10.2.0.0/16\n"     \
	"HostKey " KEY "\nExpires 2030-01-01T00:00:00Z\nEnd\n"

static char line[INVITATION_LINE_MAX];
static struct invitation opened;
static struct error err;

static void seal_good(void)
{
	assert_int_equal(invitation_seal(GOOD, strlen(GOOD), line, &err), 0);
}

static void it_is_read_back_as_it_was_written(void **state)
{
	char *text = NULL;
	size_t len;
	FILE *out;

	(void)state;
	seal_good();
	assert_int_equal(invitation_open(line, strlen(line), &opened, &err), 0);
	assert_string_equal(opened.peer, "alice");
	assert_string_equal(opened.hosts[0].name, "gate.example.org");
	assert_int_equal(opened.port, 2222);
	assert_int_equal(opened.noffers, 1);
	assert_int_equal(opened.nhost_keys, 1);
	out = open_memstream(&text, &len);
	invitation_print(&opened, out);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, GOOD);
	free(text);
}

static void the_one_time_key_and_its_end_go_together(void **state)
{
	static const char head[] = "alice\nHost v\nAccount a\nAddress 10.9.0.3 10.9.0.2\n"
				   "HostKey " KEY "\n",
			  key[] = "HandIn b3BlbnNzaA==\n",
			  until[] = "HandInUntil 2030-01-01T00:00:00Z\n";
	char text[1024];

	(void)state;
	(void)snprintf(text, sizeof text, "%s%s%sEnd\n", head, key, until);
	assert_int_equal(invitation_seal(text, strlen(text), line, &err), 0);
	assert_int_equal(invitation_open(line, strlen(line), &opened, &err), 0);
	assert_string_equal(opened.hand_in, "b3BlbnNzaA==");
	assert_int_equal(opened.hand_in_until, 1893456000);
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(text, sizeof text, "%s%sEnd\n", head, i == 0 ? key : until);
		assert_int_equal(invitation_seal(text, strlen(text), line, &err), -1);
		assert_non_null(strstr(err.text, "expected both or neither"));
	}
}

static void a_one_time_key_is_base64_and_short(void **state)
{
	static const char *const bad[] = {"b3Bl-bnNzaA", "b3Bl\\bnNzaA", "b3Bl%sbnNzaA"};
	char text[2048], secret[SECRET_TEXT_MAX + 1];

	(void)state;
	memset(secret, 'A', SECRET_TEXT_MAX);
	secret[SECRET_TEXT_MAX] = '\0';
	for (size_t i = 0; i <= sizeof bad / sizeof *bad; i++) {
		(void)snprintf(text, sizeof text,
			       "alice\nHost v\nAccount a\nAddress 10.9.0.3 10.9.0.2\n"
			       "HostKey " KEY "\nHandIn %s\n"
			       "HandInUntil 2030-01-01T00:00:00Z\nEnd\n",
			       i < sizeof bad / sizeof *bad ? bad[i] : secret);
		assert_int_equal(invitation_seal(text, strlen(text), line, &err), -1);
		assert_non_null(strstr(err.text, "HandIn"));
	}
}

static void it_is_one_word_of_letters_digits_and_four_other_characters(void **state)
{
	(void)state;
	seal_good();
	assert_int_equal(strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789-_."),
			 strlen(line));
	assert_true(invitation_is_meant(line));
}

static void blanks_that_copying_put_in_do_not_count(void **state)
{
	static char broken[2 * INVITATION_LINE_MAX];
	size_t used = 0;

	(void)state;
	seal_good();
	for (size_t i = 0; line[i] != '\0'; i++) {
		if (i % 60 == 59)
			used += (size_t)sprintf(broken + used, "\r\n\t ");
		broken[used++] = line[i];
	}
	broken[used++] = '\n';
	assert_int_equal(invitation_open(broken, used, &opened, &err), 0);
}

static void a_line_that_was_cut_is_refused_wherever_it_was(void **state)
{
	(void)state;
	seal_good();
	for (size_t len = 0; len < strlen(line); len++) {
		assert_int_equal(invitation_open(line, len, &opened, &err), -1);
		assert_int_equal(opened.hosts[0].name[0], '\0');
		if (len > strlen("sallyport1"))
			assert_non_null(strstr(err.text, "cut short"));
	}
}

static void a_line_with_any_other_character_is_refused(void **state)
{
	static const char others[] = "Az09-_.+/=~";

	(void)state;
	seal_good();
	for (size_t i = 0; line[i] != '\0'; i++) {
		const char was = line[i];

		for (const char *other = others; *other != '\0'; other++) {
			if (*other == was)
				continue;
			line[i] = *other;
			assert_int_equal(invitation_open(line, strlen(line), &opened, &err),
					 -1);
		}
		line[i] = was;
	}
}

static void a_version_that_is_not_known_is_told(void **state)
{
	static const char *const newer[] = {"sallyport2.YWJj.AAAAAAAAAAA",
					    "sallyport9999.x.y",
					    "sallyport10.YWJj.AAAAAAAAAAA"};
	static const char *const none[] = {"",
					   "sallyport",
					   "sallyport.x",
					   "sallyport01.x",
					   "sallyport0.",
					   "sallyport99999.x",
					   "Sallyport1.x",
					   "x"};

	(void)state;
	for (size_t i = 0; i < sizeof newer / sizeof *newer; i++) {
		assert_int_equal(invitation_open(newer[i], strlen(newer[i]), &opened, &err),
				 -1);
		assert_non_null(strstr(err.text, "newer Sallyport"));
	}
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		assert_int_equal(invitation_open(none[i], strlen(none[i]), &opened, &err),
				 -1);
		assert_non_null(strstr(err.text, "not an invitation"));
	}
}

/* Sealing reads back what it sealed, so that it tells what opening would. */
static void what_has_no_place_there_is_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
	    {"", "for which peer"},
	    {"\nHost a\n", "for which peer"},
	    {"../x\nHost a\nAccount b\nAddress 10.9.0.3 10.9.0.2\nHostKey " KEY "\nEnd\n",
	     "not the name"},
	    {"alice\nHost a\nAccount b\nAddress 10.9.0.3 10.9.0.2\nHostKey " KEY "\n",
	     "cut off"},
	    {"alice\nHost -oX\nAccount b\nAddress 10.9.0.3 10.9.0.2\nHostKey " KEY
	     "\nEnd\n",
	     "Host"},
	    {"alice\nHost a\nHost b\nAccount b\nAddress 10.9.0.3 10.9.0.2\nHostKey " KEY
	     "\nEnd\n",
	     "repeated"},
	    {"alice\nHost a\nAccount b\nHostKey " KEY "\nEnd\n", "no addresses"},
	    {"alice\nHost a\nAccount b\nAddress 10.9.0.3 10.9.0.2\nEnd\n", "HostKey"},
	    {"alice\nHost a\nAccount b\nAddress 10.9.0.3 10.9.0.2\nHostKey none\nEnd\n",
	     "HostKey"},
	    {"alice\nHost a\nAccount b\nAddress 10.9.0.3 10.9.0.2\nHostKey "
	     "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nEnd\n",
	     "known_hosts"},
	    {"alice\nHost a\nAccount b\nAddress 10.9.0.3 10.9.0.2\nOffer 10.9.0.0/24\n"
	     "HostKey " KEY "\nEnd\n",
	     "link itself"},
	    {"alice\nHost a\nAccount b\nRunAs root\nEnd\n", "belongs in a profile"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(
		    invitation_seal(rows[i].text, strlen(rows[i].text), line, &err), -1);
		assert_non_null(strstr(err.text, rows[i].why));
	}
}

static void one_that_is_too_long_is_not_made(void **state)
{
	static char text[INVITATION_TEXT_MAX + 2];

	(void)state;
	memset(text, '#', sizeof text - 1);
	assert_int_equal(invitation_seal(text, INVITATION_TEXT_MAX + 1, line, &err), -1);
	assert_non_null(strstr(err.text, "too long"));
	/* One that just fits is refused for what it says. */
	assert_int_equal(invitation_seal(text, INVITATION_TEXT_MAX, line, &err), -1);
	assert_non_null(strstr(err.text, "for which peer"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_is_read_back_as_it_was_written),
	    cmocka_unit_test(the_one_time_key_and_its_end_go_together),
	    cmocka_unit_test(a_one_time_key_is_base64_and_short),
	    cmocka_unit_test(it_is_one_word_of_letters_digits_and_four_other_characters),
	    cmocka_unit_test(blanks_that_copying_put_in_do_not_count),
	    cmocka_unit_test(a_line_that_was_cut_is_refused_wherever_it_was),
	    cmocka_unit_test(a_line_with_any_other_character_is_refused),
	    cmocka_unit_test(a_version_that_is_not_known_is_told),
	    cmocka_unit_test(what_has_no_place_there_is_refused),
	    cmocka_unit_test(one_that_is_too_long_is_not_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
