/* SPDX-License-Identifier: ISC */
/*
 * Whatever ssh and its server print, in whatever pieces: the log gets printable lines, and
 * the end of it is explained by what the supervisor takes. The first two bytes are how it
 * ended; each NUL ends a message.
 */
#include "tests/fuzz/fuzz.h"

#include <syslog.h>
#include <unistd.h>

#include "local/output.h"
#include "local/ppp_status.h"
#include "local/reader.h"
#include "local/retry.h"

enum { MESSAGE_MAX = 4096, OURS = 95 };

static struct output output;

static void say(const struct output *from, int level, const char *text)
{
	struct reader_record record = {.kind = READER_TOO_MUCH, .level = level};

	HOLDS(from == &output);
	if (text != NULL) {
		record.kind = READER_LINE;
		HOLDS(strlen(text) < sizeof record.text);
		snprintf(record.text, sizeof record.text, "%s", text);
	}
	HOLDS(reader_record_is_sane(&record));
}

static void print(int to, const uint8_t *data, size_t size)
{
	const struct output_log log = {.verbose = true, .say = say};

	while (size > 0) {
		const uint8_t *end = memchr(data, '\0', size);
		size_t len = end == NULL ? size : (size_t)(end - data);

		if (len > MESSAGE_MAX)
			len = MESSAGE_MAX;
		HOLDS(write(to, data, len) == (ssize_t)len);
		output_drain(&output, &log);
		len += len < size;
		data += len;
		size -= len;
	}
	output_end_line(&output, &log);
}

static void explain(uint8_t status, uint8_t how)
{
	const struct ssh_end end = {.status = status,
				    .pid = (how & 1) != 0 ? OURS : 0,
				    .output = output_said(&output),
				    .session = (how & 2) != 0,
				    .shared = (how & 4) != 0,
				    .agent = (enum ssh_agent)(how >> 3 & 3),
				    .launched = (enum ppp_engine)((how >> 5) % 3),
				    .host = "vpn.example"};
	struct reader_record record = {.kind = READER_ANSWER};
	struct failure failure;

	if ((how & 4) != 0)
		ssh_error_explain_routes(&end, &failure);
	else
		ssh_error_explain(&end, &failure);
	record.code = failure.code;
	record.blame = failure.blame;
	snprintf(record.text, sizeof record.text, "%s", failure.text);
	HOLDS(record.text[0] != '\0' && reader_record_is_sane(&record));
	HOLDS(!end.session || retry_helps(failure.blame));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char last[QUOTED_LINE_MAX];
	struct error err;
	int ours, theirs;

	if (size < 2)
		return 0;
	HOLDS(output_pipe(&ours, &theirs, &err) == 0);
	output_begin(&output, ours, LOG_INFO);
	print(theirs, data + 2, size - 2);
	HOLDS(is_printable(output_last_line(&output, ppp_status_tells, last, sizeof last)));
	explain(data[0], data[1]);
	close(theirs);
	output_close(&output);
	return 0;
}
