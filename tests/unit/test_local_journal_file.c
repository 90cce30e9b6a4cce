/* SPDX-License-Identifier: ISC */
/* The journal's file: what was added is there, whatever happened to whoever wrote it. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "local/journal.h"
#include "local/process.h"
#include "unit.h"

static struct journal journal, found;
static struct error err;
static char path[sizeof "/tmp/sallyport-test-XXXXXX"];
static int dir;

/* Where the journal's file lies, for the kernel's answer; 0: that of this host. */
static unsigned long file_system;

int __real_fstatfs(int fd, struct statfs *out);
int __wrap_fstatfs(int fd, struct statfs *out);
int __wrap_fstatfs(int fd, struct statfs *out)
{
	const int result = __real_fstatfs(fd, out);

	if (file_system != 0)
		out->f_type = (__fsword_t)file_system;
	return result;
}

static int begin(void **state)
{
	(void)state;
	snprintf(path, sizeof path, "/tmp/sallyport-test-XXXXXX");
	file_system = 0;
	dir = mkdtemp(path) == NULL ? -1 : open(path, O_RDONLY | O_DIRECTORY);
	return dir < 0 ? -1 : 0;
}

static int end(void **state)
{
	(void)state;
	journal_close(&journal);
	if (journal_remove(dir, &err) != 0)
		return -1;
	close(dir);
	return rmdir(path);
}

static void keeps_a_file(void **state)
{
	const struct journal_entry first = {.kind = JOURNAL_CONTROL};
	const struct journal_entry entry = {.kind = JOURNAL_LINK, .name = "sp-office"};
	struct journal_entry self = {.kind = JOURNAL_SUPERVISOR, .pid = getpid()};
	const struct journal_entry both[] = {
	    {.kind = JOURNAL_HELD,
	     .held = {.prefix = {{AF_INET, {10, 2}}, 16}, .metric = HELD_METRIC - 1}},
	    entry,
	};
	struct proc_stat stat;

	(void)state;
	file_system = EXT4_SUPER_MAGIC;
	assert_int_equal(-1, journal_read(dir, &found, &err));
	assert_int_equal(ENOENT, err.sys);
	assert_int_equal(0, journal_create(dir, &first, &journal, &err));
	assert_int_equal(0, journal_add(&journal, &entry, &err));
	/* Another's journal is never written over. */
	assert_int_equal(-1, journal_create(dir, &first, &found, &err));
	assert_int_equal(0, journal_read(dir, &found, &err));
	assert_int_equal(2, found.count);
	assert_string_equal("sp-office", found.entries[1].name);
	/* By the same supervisor it is replaced, at once and whole. */
	journal_close(&journal);
	assert_int_equal(0, journal_replace(dir, both, 2, &journal, &err));
	assert_int_equal(0, journal_read(dir, &found, &err));
	assert_int_equal(2, found.count);
	assert_string_equal("sp-office", found.entries[1].name);
	assert_int_equal(HELD_METRIC - 1, found.entries[0].held.metric);
	/* And gone on with. */
	journal_close(&journal);
	assert_int_equal(0, journal_continue(dir, &journal, &err));
	assert_int_equal(0, journal_add(&journal, &entry, &err));
	assert_int_equal(3, journal.count);
	assert_int_equal(0, journal_read(dir, &found, &err));
	assert_int_equal(3, found.count);
	assert_true(journal_is_current(&found));
	found.boot[0] ^= 1;
	assert_false(journal_is_current(&found));
	/* Where boot ids cannot be compared: a supervisor that lives is of this boot. */
	assert_int_equal(0, proc_stat_read(self.pid, &stat));
	self.start = stat.start;
	found.entries[found.count++] = self;
	assert_true(journal_is_current(&found));
	found.entries[found.count - 1].start++;
	assert_false(journal_is_current(&found));
}

/* Its supervisor has died, and saw another boot id than we do. */
static void memory_lasts_no_longer_than_a_boot(void **state)
{
	static const unsigned long kinds[] = {TMPFS_MAGIC, RAMFS_MAGIC, EXT4_SUPER_MAGIC};
	const struct journal_entry first = {
	    .kind = JOURNAL_SUPERVISOR, .pid = INT_MAX, .start = 1};

	(void)state;
	assert_int_equal(0, journal_create(dir, &first, &journal, &err));
	for (size_t i = 0; i < COUNT(kinds); i++) {
		file_system = kinds[i];
		assert_int_equal(0, journal_read(dir, &found, &err));
		found.boot[0] ^= 1;
		assert_int_equal(kinds[i] != EXT4_SUPER_MAGIC, journal_is_current(&found));
	}
}

/* A crash in the middle of a write: what comes later has a line of its own. */
static void goes_on_after_an_unfinished_line(void **state)
{
	const struct journal_entry first = {.kind = JOURNAL_CONTROL};
	const struct journal_entry ran = {.kind = JOURNAL_HOOK_RAN};
	static const char *const ends[] = {"", "l", "link sp-office"};

	(void)state;
	for (size_t i = 0; i < COUNT(ends); i++) {
		assert_int_equal(0, journal_create(dir, &first, &journal, &err));
		assert_true(dprintf(journal.fd, "%s", ends[i]) >= 0);
		journal_close(&journal);
		assert_int_equal(0, journal_continue(dir, &journal, &err));
		assert_int_equal(0, journal_add(&journal, &ran, &err));
		journal_close(&journal);
		assert_int_equal(0, journal_read(dir, &journal, &err));
		assert_int_equal(2, journal.count);
		assert_int_equal(JOURNAL_HOOK_RAN, journal.entries[1].kind);
		assert_int_equal(0, journal_remove(dir, &err));
	}
}

/* A disk that is full in the middle of a line, and has room later. */
static void takes_back_half_a_line(void **state)
{
	const struct journal_entry first = {.kind = JOURNAL_SUPERVISOR, .pid = getpid()},
				   entry = {.kind = JOURNAL_LINK, .name = "sp-office"};
	struct rlimit before, little;
	struct stat st;

	(void)state;
	assert_int_equal(0, journal_create(dir, &first, &journal, &err));
	assert_int_equal(0, fstat(journal.fd, &st));
	assert_int_equal(0, getrlimit(RLIMIT_FSIZE, &before));
	little = before;
	little.rlim_cur = (rlim_t)st.st_size + 4;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(0, setrlimit(RLIMIT_FSIZE, &little));
	assert_int_equal(-1, journal_add(&journal, &entry, &err));
	assert_int_equal(0, setrlimit(RLIMIT_FSIZE, &before));
	assert_int_equal(0, journal_add(&journal, &entry, &err));
	assert_int_equal(0, journal_read(dir, &found, &err));
	assert_int_equal(2, found.count);
	assert_string_equal("sp-office", found.entries[1].name);
}

/* One that was killed, and that nobody has collected yet. */
static void a_zombie_is_no_supervisor(void **state)
{
	struct journal_entry self = {.kind = JOURNAL_SUPERVISOR};
	struct proc_stat stat;
	siginfo_t info;

	(void)state;
	self.pid = fork();
	if (self.pid == 0)
		for (;;)
			pause();
	assert_int_equal(0, proc_stat_read(self.pid, &stat));
	self.start = stat.start;
	journal = (struct journal){.fd = -1, .entries = {self}, .count = 1};
	assert_true(journal_supervisor_lives(&journal));
	kill(self.pid, SIGKILL);
	assert_int_equal(0, waitid(P_PID, (id_t)self.pid, &info, WEXITED | WNOWAIT));
	assert_false(journal_supervisor_lives(&journal));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(keeps_a_file, begin, end),
	    cmocka_unit_test_setup_teardown(memory_lasts_no_longer_than_a_boot, begin, end),
	    cmocka_unit_test_setup_teardown(takes_back_half_a_line, begin, end),
	    cmocka_unit_test_setup_teardown(goes_on_after_an_unfinished_line, begin, end),
	    cmocka_unit_test(a_zombie_is_no_supervisor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
