/* SPDX-License-Identifier: ISC */
#include "local/gateways.h"

#include <string.h>

enum { DOUBLINGS_MAX = 8 };

void gateways_begin(struct gateways *gateways, size_t count, size_t first)
{
	size_t used = 0;

	*gateways = (struct gateways){.count = count};
	if (first < count)
		gateways->order[used++] = (uint8_t)first;
	for (size_t i = 0; i < count; i++)
		if (i != first)
			gateways->order[used++] = (uint8_t)i;
}

static bool has(const uint8_t *order, size_t count, size_t index)
{
	for (size_t i = 0; i < count; i++)
		if (order[i] == index)
			return true;
	return false;
}

bool gateways_is_order(const uint8_t *order, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!has(order, count, i))
			return false;
	return true;
}

void gateways_arrange(struct gateways *gateways, const uint8_t order[PROFILE_HOSTS_MAX])
{
	size_t used = gateways->failed;

	for (size_t i = 0; i < gateways->count; i++)
		if (!has(gateways->order, gateways->failed, order[i]))
			gateways->order[used++] = order[i];
	gateways->measured = true;
}

size_t gateways_current(const struct gateways *gateways)
{
	return gateways->order[gateways->failed];
}

/* With those before it in one sentence, by the mildest of them. */
static void add_failure(struct failure *all, const struct failure *failure)
{
	const struct failure before = *all;
	const struct failure *mildest =
	    before.text[0] == '\0' || failure->blame > before.blame ? failure : &before;

	failure_set(all, mildest->code, "%s%s%s", before.text,
		    before.text[0] == '\0' ? "" : "; ", failure->text);
	all->blame = mildest->blame;
}

bool gateways_fail(struct gateways *gateways, const struct failure *failure)
{
	if (failure->blame == BLAME_PROFILE && !failure->named) {
		gateways->failure = *failure;
		return false;
	}
	add_failure(&gateways->failure, failure);
	gateways->refused = gateways->refused || failure->blame != BLAME_LINE;
	if (gateways->failed + 1 >= gateways->count)
		return false;
	gateways->failed++;
	return true;
}

unsigned gateways_patience(const struct gateways *gateways, unsigned timeout,
			   unsigned rounds)
{
	const unsigned patience = GATEWAYS_PATIENCE_S
				  << (rounds < DOUBLINGS_MAX ? rounds : DOUBLINGS_MAX);

	return gateways->count > 1 && patience < timeout ? patience : timeout;
}

void gateways_name(struct failure *failure, const char *host)
{
	const struct failure before = *failure;
	const size_t len = strlen(host);

	if (failure->named || failure->blame == BLAME_PROFILE || len == 0 ||
	    (strncmp(failure->text, host, len) == 0 && failure->text[len] == ':'))
		return;
	failure_set(failure, before.code, "%s: %s", host, before.text);
	failure->blame = before.blame;
}
