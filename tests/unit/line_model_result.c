/* SPDX-License-Identifier: ISC */
/* What a run of line_model.h came to. */
#include <stdlib.h>

#include "tests/unit/line_model.h"

enum { QUICK_PINGS = 10, FULL_US = 500000 };

static const int64_t BUCKET_US = MODEL_BUCKET_MS * 1000;

/* Bytes that the line carries until then. */
static double carries(const struct line_setup *setup, int64_t until_us)
{
	double bytes = 0;
	int64_t at = 0;

	for (unsigned i = 0; at < until_us; i++) {
		const bool last = i + 1 >= setup->step_count && !setup->repeat;
		const struct line_step *step =
		    &setup->steps[last ? setup->step_count - 1 : i % setup->step_count];
		int64_t us = last ? until_us - at : step->us;

		if (us > until_us - at)
			us = until_us - at;
		bytes += (double)step->rate * (double)us / 1e6;
		at += us;
	}
	return bytes;
}

static double share(const struct line_model *model, const uint64_t *buckets,
		    int64_t from_us, int64_t until_us)
{
	const int64_t first = from_us / BUCKET_US, end = until_us / BUCKET_US;
	const double line = carries(model->setup, end * BUCKET_US) -
			    carries(model->setup, first * BUCKET_US);
	double bytes = 0;

	for (int64_t i = first; i < end && i < MODEL_BUCKETS; i++)
		bytes += (double)buckets[i];
	return line > 0 ? 100 * bytes / line : 0;
}

double line_model_share(const struct line_model *model, int64_t from_us, int64_t until_us)
{
	return share(model, model->ours, from_us, until_us);
}

double line_model_share_others(const struct line_model *model, int64_t from_us,
			       int64_t until_us)
{
	return share(model, model->others, from_us, until_us);
}

static int by_value(const void *a, const void *b)
{
	const double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

double line_model_extra(const struct line_model *model, int64_t from_us, int64_t until_us,
			unsigned percent)
{
	static double sorted[MODEL_PINGS];
	unsigned count = 0;

	for (unsigned i = 0; i < model->ping_count; i++)
		if (model->pings[i].at >= from_us * MODEL_US &&
		    model->pings[i].at < until_us * MODEL_US)
			sorted[count++] = (double)model->pings[i].extra / (double)MODEL_MS;
	if (count == 0)
		return -1;
	qsort(sorted, count, sizeof sorted[0], by_value);
	return sorted[percent >= 100 ? count - 1 : count * percent / 100];
}

int64_t line_model_until_quick(const struct line_model *model, int64_t from_us,
			       double extra_ms)
{
	unsigned quick = 0;

	for (unsigned i = 0; i < model->ping_count; i++) {
		const struct model_ping *ping = &model->pings[i];

		if (ping->at < from_us * MODEL_US)
			continue;
		quick = (double)ping->extra <= extra_ms * (double)MODEL_MS ? quick + 1 : 0;
		if (quick == QUICK_PINGS)
			return model->pings[i + 1 - QUICK_PINGS].at / MODEL_US - from_us;
	}
	return INT64_MAX;
}

int64_t line_model_until_full(const struct line_model *model, int64_t from_us, double share)
{
	const int64_t trips = 2 * model->setup->trip_us;
	const int64_t span = trips > FULL_US ? trips : FULL_US;
	const int64_t end = model->setup->length_us;

	for (int64_t at = from_us; at + span <= end; at += BUCKET_US)
		if (line_model_share(model, at, at + span) >= share)
			return at - from_us;
	return INT64_MAX;
}
