/* SPDX-License-Identifier: ISC */
/* Loading: from a directory and a name to a peer, and nothing from anywhere else. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "policy/language/load.h"
#include "policy/language/profile.h"
#include "tests/unit/scratch.h"

#define PEER_TEXT                                                                          \
	"Key SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nAllow status\nEnd\n"

static struct peer peer;
static struct error err;

static void need_root(void)
{
	if (geteuid() != 0)
		skip();
}

static void write_file(const char *name, const char *text, size_t len)
{
	/* Long ago, so that nothing waits for it to settle. */
	const struct timespec times[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
	const char *path = scratch_path(name);

	assert_int_equal(scratch_write(path, 0644, text, len), 0);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void loads_a_peer_by_its_name(void **state)
{
	(void)state;
	need_root();
	write_file("alice.conf", PEER_TEXT, strlen(PEER_TEXT));
	if (policy_load_peer(scratch, "alice", TRUST_ROOT, &peer, &err) != 0)
		fail_msg("%s", err.text);
	assert_string_equal(peer.name, "alice");
	assert_string_equal(peer.file, scratch_path("alice.conf"));
	assert_int_equal(peer.allow, 1u << VERB_STATUS);
}

static void errors_name_the_file_and_the_line(void **state)
{
	(void)state;
	need_root();
	write_file("bad.conf", "Key\n", 4);
	assert_int_equal(policy_load_peer(scratch, "bad", TRUST_ROOT, &peer, &err), -1);
	assert_string_equal(err.file, scratch_path("bad.conf"));
	assert_int_equal(err.line, 1);
	assert_int_equal(err.column, 1);
}

static void a_missing_peer_is_told_from_a_bad_one(void **state)
{
	(void)state;
	need_root();
	assert_int_equal(policy_load_peer(scratch, "nobody", TRUST_ROOT, &peer, &err), -1);
	assert_int_equal(err.sys, ENOENT);
	assert_int_equal(peer.allow, 0);
}

static void a_name_cannot_lead_elsewhere(void **state)
{
	(void)state;
	need_root();
	write_file("alice.conf", PEER_TEXT, strlen(PEER_TEXT));
	assert_int_equal(policy_load_peer(scratch, "../alice", TRUST_ANY, &peer, &err), -1);
	assert_int_equal(policy_load_peer(scratch, "./alice", TRUST_ANY, &peer, &err), -1);
	assert_int_equal(policy_load_peer(scratch, "", TRUST_ANY, &peer, &err), -1);
	assert_int_equal(err.sys, 0);
}

static void only_an_auditor_may_read_what_is_not_roots(void **state)
{
	(void)state;
	need_root();
	write_file("loose.conf", PEER_TEXT, strlen(PEER_TEXT));
	assert_int_equal(chmod(scratch_path("loose.conf"), 0666), 0);
	assert_int_equal(policy_load_peer(scratch, "loose", TRUST_ROOT, &peer, &err), -1);
	assert_int_equal(policy_load_peer(scratch, "loose", TRUST_ANY, &peer, &err), 0);
}

static void a_huge_file_is_refused_after_its_limit(void **state)
{
	const char *text;
	size_t len;

	(void)state;
	need_root();
	write_file("huge.conf", "", 0);
	assert_int_equal(truncate(scratch_path("huge.conf"), 10 * 1024 * 1024), 0);
	assert_int_equal(
	    policy_read(scratch_path("huge.conf"), TRUST_ROOT, &text, &len, &err), -1);
	assert_non_null(strstr(err.text, "too large"));
}

static void an_auditor_does_not_wait_for_a_fifo(void **state)
{
	const char *text;
	size_t len;

	(void)state;
	need_root();
	assert_int_equal(mkfifo(scratch_path("fifo"), 0644), 0);
	assert_int_equal(policy_read(scratch_path("fifo"), TRUST_ANY, &text, &len, &err),
			 -1);
	assert_int_equal(policy_read(scratch, TRUST_ANY, &text, &len, &err), -1);
	assert_int_equal(policy_read("/dev/zero", TRUST_ANY, &text, &len, &err), -1);
}

/* Who may write to a profile decides what ssh is started for. */
static void a_users_own_is_nobody_elses(void **state)
{
	enum { SOMEBODY = 12345 };
	const char *const path = scratch_path("own.conf");

	(void)state;
	need_root();
	write_file("own.conf", PEER_TEXT, strlen(PEER_TEXT));
	assert_int_equal(policy_load_peer(scratch, "own", TRUST_OWN, &peer, &err), 0);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(chmod(path, i == 0 ? 0664 : 0646), 0);
		assert_int_equal(policy_load_peer(scratch, "own", TRUST_OWN, &peer, &err),
				 -1);
		assert_non_null(strstr(err.text, "writable by you alone"));
		assert_true(err.untrusted);
	}
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(chown(path, SOMEBODY, SOMEBODY), 0);
	assert_int_equal(policy_load_peer(scratch, "own", TRUST_OWN, &peer, &err), -1);
	assert_non_null(strstr(err.text, "must belong to you"));
}

static void agent_conf_must_be_there(void **state)
{
	struct agent_conf conf;

	(void)state;
	need_root();
	assert_int_equal(
	    policy_load_agent(scratch_path("agent.conf"), TRUST_ROOT, &conf, &err), -1);
	assert_int_equal(err.sys, ENOENT);
	assert_string_equal(conf.account, "");
	write_file("agent.conf", "End\n", 4);
	assert_int_equal(
	    policy_load_agent(scratch_path("agent.conf"), TRUST_ROOT, &conf, &err), 0);
	assert_string_equal(conf.account, "slave");
}

static void profiles_load_the_same_way(void **state)
{
	static const char text[] = "Host h\nRunAs u\nAccept address\nEnd\n";
	static struct profile profile;

	(void)state;
	need_root();
	write_file("office.conf", text, strlen(text));
	assert_int_equal(profile_load(scratch, "office", TRUST_ROOT, &profile, &err), 0);
	assert_string_equal(profile.name, "office");
	assert_int_equal(profile_load(scratch, "home", TRUST_ROOT, &profile, &err), -1);
	assert_int_equal(err.sys, ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(loads_a_peer_by_its_name),
	    cmocka_unit_test(errors_name_the_file_and_the_line),
	    cmocka_unit_test(a_missing_peer_is_told_from_a_bad_one),
	    cmocka_unit_test(a_name_cannot_lead_elsewhere),
	    cmocka_unit_test(only_an_auditor_may_read_what_is_not_roots),
	    cmocka_unit_test(a_huge_file_is_refused_after_its_limit),
	    cmocka_unit_test(an_auditor_does_not_wait_for_a_fifo),
	    cmocka_unit_test(a_users_own_is_nobody_elses),
	    cmocka_unit_test(agent_conf_must_be_there),
	    cmocka_unit_test(profiles_load_the_same_way),
	};

	return cmocka_run_group_tests_name("load", tests, scratch_make, scratch_remove);
}
