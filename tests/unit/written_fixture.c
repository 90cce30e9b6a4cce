/* SPDX-License-Identifier: ISC */
#include "tests/unit/written_fixture.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

#include "tests/unit/parse_text.h"
#include "tests/unit/scratch.h"

struct written written;
struct written_clocks written_clocks;
enum written_waiting written_waiting;
static struct peer peer;

int written_begin(void **state)
{
	return scratch_make(state);
}

int written_end(void **state)
{
	return scratch_remove(state);
}

/* Mounted where no other process sees it, and gone with this one in any case. */
int written_begin_in_memory(void **state)
{
	if (written_begin(state) < 0)
		return -1;
	if (geteuid() != 0)
		return 0;
	if (unshare(CLONE_NEWNS) < 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -1;
	return mount("scratch", scratch, "tmpfs", 0, "mode=755");
}

int written_end_in_memory(void **state)
{
	if (geteuid() == 0 && umount(scratch) < 0)
		return -1;
	return written_end(state);
}

void written_put(const char *text, size_t len)
{
	assert_int_equal(scratch_write(written.file, 0644, text, len), 0);
}

void written_need_root(void)
{
	if (geteuid() != 0)
		skip();
	written.file = scratch_path("alice.conf");
	written.aside = scratch_path("aside");
}

int __real_clock_gettime(clockid_t clock, struct timespec *out);
int __wrap_clock_gettime(clockid_t clock, struct timespec *out);
int __real_clock_nanosleep(clockid_t clock, int flags, const struct timespec *when,
			   struct timespec *left);
int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *when,
			   struct timespec *left);
bool __real_settle_wait(const struct timespec *then);
bool __wrap_settle_wait(const struct timespec *then);

struct timespec written_time(int64_t ns)
{
	return (struct timespec){.tv_sec = ns / WRITTEN_NS_IN_S,
				 .tv_nsec = ns % WRITTEN_NS_IN_S};
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *out)
{
	if (!written_clocks.played)
		return __real_clock_gettime(clock, out);
	*out = written_time(written_clocks.now +
			    (clock == CLOCK_REALTIME ? written_clocks.ahead : 0));
	return 0;
}

int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *when,
			   struct timespec *left)
{
	const int64_t then = when->tv_sec * WRITTEN_NS_IN_S + when->tv_nsec;

	if (!written_clocks.played)
		return __real_clock_nanosleep(clock, flags, when, left);
	assert_int_equal(clock, CLOCK_MONOTONIC);
	assert_int_equal(flags, TIMER_ABSTIME);
	written_clocks.until(then);
	written_clocks.now = then;
	return 0;
}

bool __wrap_settle_wait(const struct timespec *then)
{
	if (written_waiting == WRITTEN_WAIT_NO_TIME)
		(void)sched_yield();
	return written_waiting == WRITTEN_WAIT_REALLY
		   ? __real_settle_wait(then)
		   : written_waiting == WRITTEN_WAIT_NO_TIME;
}

/* --- the versions, and what is made of them */

/* Comments up to a place. */
static size_t fill(char *text, size_t used, size_t until)
{
	while (used < until) {
		size_t line = until - used < 80 ? until - used : 64;

		text[used] = '#';
		memset(text + used + 1, '-', line - 2);
		text[used + line - 1] = '\n';
		used += line;
	}
	return used;
}

static size_t add(char *text, size_t used, const char *what)
{
	return (size_t)(stpcpy(text + used, what) - text);
}

void written_make(size_t of_size)
{
	size_t used;

	written.size = of_size;
	used = add(written.versions[0], add(written.versions[0], 0, WRITTEN_HEAD),
		   WRITTEN_EXPIRED);
	(void)add(written.versions[0],
		  fill(written.versions[0], used, written.size - strlen(WRITTEN_END)),
		  WRITTEN_END);
	used = fill(written.versions[1], add(written.versions[1], 0, WRITTEN_HEAD),
		    written.size - strlen(WRITTEN_NOT_HERE) - strlen(WRITTEN_END));
	(void)add(written.versions[1], add(written.versions[1], used, WRITTEN_NOT_HERE),
		  WRITTEN_END);
}

static bool is_allowed(void)
{
	return peer.allow != 0 && peer.expires == 0 && peer.nfrom == 0;
}

enum written_outcome written_read(void)
{
	if (policy_load_peer(scratch, "alice", TRUST_ROOT, &peer, &written.err) < 0)
		return WRITTEN_REFUSED;
	return is_allowed() ? WRITTEN_ALLOWED : WRITTEN_DENIED;
}

/* Takes what is there, and its last line for the end. */
enum written_outcome written_read_naively(void)
{
	char text[WRITTEN_PAGES_MAX * WRITTEN_PAGE + sizeof "\n" WRITTEN_END];
	const int fd = open(written.file, O_RDONLY | O_CLOEXEC);
	ssize_t len, n = 1;

	assert_true(fd >= 0);
	for (len = 0; n > 0; len += n) {
		n = read(fd, text + len,
			 sizeof text - sizeof "\n" WRITTEN_END - (size_t)len);
		assert_true(n >= 0);
	}
	assert_int_equal(close(fd), 0);
	if (len < 4 || memcmp(text + len - 4, WRITTEN_END, 4) != 0) {
		memcpy(text + len, "\n" WRITTEN_END, 5);
		len += 5;
	}
	if (policy_parse_peer("alice", "alice", text, (size_t)len, &peer, &written.err) < 0)
		return WRITTEN_REFUSED;
	return is_allowed() ? WRITTEN_ALLOWED : WRITTEN_DENIED;
}
