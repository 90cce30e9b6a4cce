/* SPDX-License-Identifier: ISC */
#include "agent/base/echo_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "agent/base/descriptors.h"

#define ECHO_FILE "echo"

enum {
	ECHO_FORMAT = 1,
	ECHO_INTERVAL_MAX = 86400,
	/* While other packets come, answers may be late by some intervals. */
	ECHO_INTERVALS = 4,
	/* For an interval of one second, of a machine that is busy. */
	ECHO_GRACE_S = 2,
	SECOND_US = 1000000,
	/* The writer needs less than a microsecond. */
	READ_TRIES = 16,
};

struct echo_record {
	uint32_t format;
	/* odd while it is written */
	uint32_t sequence;
	struct echo_times times;
};

_Static_assert(sizeof(struct echo_record) == 40, "no gap");

int echo_file_create(int dir, struct error *err)
{
	const struct echo_record empty = {.format = ECHO_FORMAT};
	int fd;

	echo_file_remove(dir);
	fd = openat(dir, ECHO_FILE, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0600);
	if (fd < 0)
		return error_sys(err, errno, "cannot create the file of echo times");
	/* Written, so that its page exists: a mapping of one that cannot be made later
	 * would end its writer. */
	if (fd >= ECHO_FD_MIN && fd <= ECHO_FD_MAX &&
	    descriptors_write(fd, &empty, sizeof empty) == 0)
		return fd;
	error_sys(err, errno, "cannot write the file of echo times");
	close(fd);
	echo_file_remove(dir);
	return -1;
}

void echo_file_remove(int dir)
{
	(void)unlinkat(dir, ECHO_FILE, 0);
}

struct echo_record *echo_file_map(int fd, struct error *err)
{
	struct stat st;
	void *at;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    st.st_size != sizeof(struct echo_record)) {
		error_set(err, "descriptor %d is not a file of echo times", fd);
		return NULL;
	}
	at = mmap(NULL, sizeof(struct echo_record), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		  0);
	if (at != MAP_FAILED)
		return at;
	error_sys(err, errno, "cannot map the file of echo times");
	return NULL;
}

void echo_file_write(struct echo_record *record, const struct echo_times *times)
{
	const uint32_t sequence = record->sequence | 1;

	__atomic_store_n(&record->sequence, sequence, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	record->times = *times;
	__atomic_store_n(&record->sequence, sequence + 1, __ATOMIC_RELEASE);
}

static bool is_plausible(const struct echo_record *record, int64_t age)
{
	const struct echo_times *times = &record->times;

	if (record->format != ECHO_FORMAT || times->samples == 0 || times->interval == 0 ||
	    times->interval > ECHO_INTERVAL_MAX || times->least > times->last ||
	    times->least > times->smoothed)
		return false;
	return age >= 0 &&
	       age <=
		   ((int64_t)times->interval * ECHO_INTERVALS + ECHO_GRACE_S) * SECOND_US;
}

/* Twice the same, with an even number: nothing was written in between, nor during either.
 */
static bool read_whole(int fd, struct echo_record *out)
{
	struct echo_record again;

	for (int i = 0; i < READ_TRIES; i++) {
		if (pread(fd, out, sizeof *out, 0) != sizeof *out ||
		    pread(fd, &again, sizeof again, 0) != sizeof again)
			return false;
		if (out->sequence % 2 == 0 && memcmp(out, &again, sizeof again) == 0)
			return true;
	}
	return false;
}

bool echo_file_read(int dir, struct echo_times *out, int64_t *age)
{
	const int fd =
	    openat(dir, ECHO_FILE, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct echo_record record;
	bool whole;

	if (fd < 0)
		return false;
	whole = read_whole(fd, &record);
	close(fd);
	if (!whole || record.times.when < 0)
		return false;
	*age = monotonic_us() - record.times.when;
	*out = record.times;
	return is_plausible(&record, *age);
}
