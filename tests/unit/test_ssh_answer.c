/* SPDX-License-Identifier: ISC */
/* What ssh -G and ssh-keygen -F answer, taken apart. */
#include <stdio.h>
#include <string.h>

#include "agent/core/ssh_answer.h"
#include "unit.h"

static struct ssh_answer taken(char *buf, size_t size, const char *text)
{
	struct ssh_answer answer;

	assert_true(strlen(text) < size);
	memcpy(buf, text, strlen(text) + 1);
	ssh_answer_take(&answer, buf);
	return answer;
}

static void values_are_found_by_their_keyword(void **state)
{
	char buf[256];
	const struct ssh_answer answer =
	    taken(buf, sizeof buf,
		  "host office\nhostname vpn.example\r\nport 22\nidentityfile ~/.ssh/one\n"
		  "identityfiles no\nidentityfile /two\nproxyjump none\nbare\n");
	const char *at = answer.at;

	(void)state;
	assert_string_equal("vpn.example", ssh_answer_value(&answer, "hostname"));
	assert_string_equal("", ssh_answer_value(&answer, "bare"));
	assert_string_equal("", ssh_answer_value(&answer, "user"));
	assert_string_equal("~/.ssh/one", ssh_answer_next(&answer, &at, "identityfile"));
	assert_string_equal("/two", ssh_answer_next(&answer, &at, "identityfile"));
	assert_null(ssh_answer_next(&answer, &at, "identityfile"));
	assert_false(ssh_answer_says(ssh_answer_value(&answer, "proxyjump")));
	assert_true(ssh_answer_says(ssh_answer_value(&answer, "port")));
	assert_string_equal("",
			    ssh_answer_value(&(struct ssh_answer){buf, buf}, "hostname"));
}

static void paths_are_the_users(void **state)
{
	char path[PATH_TEXT_MAX];

	(void)state;
	assert_true(ssh_answer_path("/home/alice", "~/.ssh/id", path));
	assert_string_equal("/home/alice/.ssh/id", path);
	assert_true(ssh_answer_path("/home/alice", "/etc//key", path));
	assert_string_equal("/etc/key", path);
	assert_false(ssh_answer_path("/home/alice", "~bob/.ssh/id", path));
	assert_false(ssh_answer_path("/home/alice", "/keys/%u", path));
	assert_false(ssh_answer_path("/home/alice", "${HOME}/id", path));
	assert_false(ssh_answer_path("/home/alice", "id", path));
}

static void a_host_has_its_name_in_known_hosts(void **state)
{
	static const struct {
		const char *said, *name;
	} samples[] = {
	    {"hostname a.example\nport 22\n", "a.example"},
	    {"hostname a.example\n", "a.example"},
	    {"hostname a.example\nport 2222\n", "[a.example]:2222"},
	    {"hostname a.example\nport 2222\nhostkeyalias b\n", "b"},
	    {"hostname a.example\nhostkeyalias none\n", "a.example"},
	};
	char buf[512], name[KNOWN_NAME_MAX];
	struct ssh_answer answer;

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		answer = taken(buf, sizeof buf, samples[i].said);
		assert_true(ssh_answer_known_name(&answer, name));
		assert_string_equal(samples[i].name, name);
	}
	snprintf(buf, sizeof buf, "hostname %0*d", KNOWN_NAME_MAX, 0);
	ssh_answer_take(&answer, buf);
	assert_false(ssh_answer_known_name(&answer, name));
}

static void a_revoked_key_is_not_found(void **state)
{
	(void)state;
	assert_true(ssh_answer_found("# Host a found: line 1 \na ssh-ed25519 AAAA\n"));
	assert_true(
	    ssh_answer_found("# Host a found: line 1 CA\n@cert-authority a ssh-x\n"));
	assert_false(
	    ssh_answer_found("# Host a found: line 1 REVOKED\n@revoked a ssh-x\n"));
	assert_true(ssh_answer_found("# Host a found: line 1 REVOKED\n@revoked a x\n"
				     "# Host a found: line 2\na ssh-x\n"));
	assert_false(ssh_answer_found(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_are_found_by_their_keyword),
	    cmocka_unit_test(paths_are_the_users),
	    cmocka_unit_test(a_host_has_its_name_in_known_hosts),
	    cmocka_unit_test(a_revoked_key_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
