/* SPDX-License-Identifier: ISC */
#include "local/retry.h"

enum { DOUBLINGS_MAX = 16 };

bool retry_helps(enum blame blame)
{
	return blame != BLAME_PROFILE;
}

bool retry_was_up(struct retry *retry, int64_t began, int64_t now)
{
	if (now - began < RETRY_GOOD_MS)
		return false;
	*retry = (struct retry){.lost = now};
	return true;
}

void retry_network_changed(struct retry *retry, int64_t now)
{
	if (retry->anew != 0 && now - retry->anew < RETRY_ANEW_MS)
		return;
	retry->anew = now;
	retry->of_line = retry->rounds = 0;
}

bool retry_in_haste(const struct retry *retry, int64_t now)
{
	return retry->lost != 0 && now - retry->lost < RETRY_HASTE_MS;
}

static int64_t doubled(int64_t first, unsigned times, int64_t most)
{
	const int64_t pause = first << (times < DOUBLINGS_MAX ? times : DOUBLINGS_MAX);

	return pause < most ? pause : most;
}

/* From half to one and a half. */
static int64_t scatter(int64_t pause, uint32_t random)
{
	return pause / 2 + (int64_t)((uint64_t)random * (uint64_t)pause >> 32);
}

int64_t retry_pause(struct retry *retry, enum blame blame, int64_t now, uint32_t random)
{
	retry->failures++;
	retry->rounds++;
	if (blame != BLAME_LINE)
		return scatter(
		    doubled(RETRY_REMOTE_MS, retry->of_others++, RETRY_REMOTE_MAX_MS),
		    random);
	if (retry_in_haste(retry, now))
		return scatter(RETRY_HASTE_PAUSE_MS, random);
	return scatter(doubled(RETRY_LINE_MS, retry->of_line++, RETRY_LINE_MAX_MS), random);
}

int64_t retry_politely(int64_t pause, uint32_t random)
{
	const int64_t least = scatter(RETRY_REMOTE_MS, random);

	return pause > least ? pause : least;
}

int64_t retry_least(enum blame blame, int64_t pause)
{
	const int64_t part = pause / RETRY_LEAST_PART;

	if (blame == BLAME_LINE)
		return RETRY_LEAST_MS;
	return part > RETRY_REMOTE_MS ? part : RETRY_REMOTE_MS;
}
