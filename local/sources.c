/* SPDX-License-Identifier: ISC */
#include "local/sources.h"

#include "agent/net/knob.h"

/* 2 would take what it could route anywhere. */
enum { RP_FILTER_STRICT = 1 };

int sources_keep(const char *interface, struct error *err)
{
	const struct knob own = {"ipv4", interface, "rp_filter"},
			  all = {"ipv4", "all", "rp_filter"};
	long everywhere;

	if (knob_set(&own, RP_FILTER_STRICT, err) != 0 ||
	    knob_get(&all, &everywhere, err) != 0)
		return -1;
	/* The larger of the two is in force. */
	if (everywhere <= RP_FILTER_STRICT)
		return 0;
	return error_set(
	    err,
	    "Strict yes cannot be held: net.ipv4.conf.all.rp_filter is %ld, so "
	    "that packets from any source pass on %s: sysctl "
	    "net.ipv4.conf.all.rp_filter=1, or Strict no",
	    everywhere, interface);
}
