/* SPDX-License-Identifier: ISC */
#include "policy/language/settle.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

enum { MS_PER_S = 1000, NS_PER_MS = 1000000 };

/* How far the two clocks may drift apart while a process waits. */
enum { STEP_MS = 100 };

/* Of the process: its files share what it may wait. */
static struct {
	bool looks_only;
	/* since when, by the one clock, the other was not set, and their distance */
	bool watched;
	int64_t since, distance;
	int64_t waited;
} state;

static int64_t in_ms(const struct timespec *time)
{
	return (int64_t)time->tv_sec * MS_PER_S + time->tv_nsec / NS_PER_MS;
}

static int64_t now_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return in_ms(&now);
}

void settle_begin(bool decides)
{
	state.looks_only = !decides;
	state.watched = false;
	state.waited = 0;
}

/*
 * A file that is dated in the future was written before the clock was set back; how long
 * before is not known. A writer that is still active dates it now: once the clock has not
 * been set for SETTLE_MS, nobody is writing to a file that is still dated in the future.
 */
static bool has_run_on(int64_t real)
{
	const int64_t monotonic = now_ms(CLOCK_MONOTONIC), distance = real - monotonic;

	if (!state.watched || llabs(distance - state.distance) > STEP_MS) {
		state.watched = true;
		state.since = monotonic;
		state.distance = distance;
	}
	return monotonic - state.since >= SETTLE_MS;
}

bool settle_is_old(const struct timespec *then)
{
	const int64_t real = now_ms(CLOCK_REALTIME), age = real - in_ms(then);
	const bool ran_on = has_run_on(real);

	return state.looks_only || age >= SETTLE_MS || (age < 0 && ran_on);
}

/* For how long the file is still to be left alone. */
static int64_t left_of(const struct timespec *then)
{
	int64_t age;

	if (state.looks_only)
		return SETTLE_AT_ONCE_MS;
	if (then == NULL)
		return SETTLE_MS;
	age = now_ms(CLOCK_REALTIME) - in_ms(then);
	return age < 0 || age >= SETTLE_MS ? SETTLE_MS : SETTLE_MS - age;
}

bool settle_wait(const struct timespec *then)
{
	const int64_t left = left_of(then);
	const int64_t until = now_ms(CLOCK_MONOTONIC) + left + 1;
	const struct timespec when = {.tv_sec = until / MS_PER_S,
				      .tv_nsec = until % MS_PER_S * NS_PER_MS};

	state.waited += left;
	if (state.waited > (state.looks_only ? SETTLE_AT_ONCE_TOTAL_MS : SETTLE_TOTAL_MS))
		return false;
	/* A signal that is handled does not make the file any older. */
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL) == EINTR)
		;
	return true;
}
