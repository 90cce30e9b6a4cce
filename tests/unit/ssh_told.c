/* SPDX-License-Identifier: ISC */
#include "tests/unit/ssh_told.h"

#include <string.h>

void assert_told(const struct ssh_sample *sample, struct ssh_end end,
		 int (*explain)(const struct ssh_end *end, struct failure *failure))
{
	struct failure failure;

	end.status = sample->status;
	end.output = sample->output;
	end.pid = OURS;
	end.host = "vpn.example";
	assert_int_equal(-1, explain(&end, &failure));
	if (failure.code != sample->code || strstr(failure.text, sample->told) == NULL)
		fail_msg("%d and %s is told as %d: %s", sample->status, sample->output,
			 (int)failure.code, failure.text);
}

void assert_all_told(const struct ssh_sample *samples, size_t count, struct ssh_end end)
{
	for (size_t i = 0; i < count; i++)
		assert_told(&samples[i], end, ssh_error_explain);
}
