/* SPDX-License-Identifier: ISC */
#include "local/ssh_said.h"

#include <stdlib.h>
#include <string.h>

#include "local/output.h"

static const char announced[] = "jump-ssh: process ";

static const char *find(struct span text, const char *needle)
{
	return memmem(text.at, text.len, needle, strlen(needle));
}

/* What of the text stands from there on. */
static struct span from(struct span text, const char *at)
{
	return (struct span){at, text.len - (size_t)(at - text.at)};
}

/* "debug1: ", which stands before everything else. */
static void take_level(struct ssh_line *line)
{
	struct span rest = line->text;

	if (!span_skip(&rest, "debug") || rest.len < strlen("1: ") || rest.at[1] != ':')
		return;
	line->debug = true;
	line->text = from(rest, rest.at + strlen("1: "));
}

/* "kex.c:kex_exchange_identification():1383 (pid=95): ", since 9.8 "(bin=ssh, pid=95)". */
static void take_tag(struct ssh_line *line)
{
	const char *source = find(line->text, ".c:"), *pid = find(line->text, "pid="), *end;

	if (source == NULL || pid == NULL || pid < source ||
	    memchr(line->text.at, ' ', (size_t)(source - line->text.at)) != NULL)
		return;
	end = find(from(line->text, pid), "): ");
	if (end == NULL)
		return;
	line->pid = strtol(pid + strlen("pid="), NULL, 10);
	line->text = from(line->text, end + strlen("): "));
}

static bool take_continuation(struct ssh_line *line)
{
	line->debug = line->text.at[0] == OUTPUT_CONTINUES_DEBUG;
	line->continued = line->debug || line->text.at[0] == OUTPUT_CONTINUES;
	if (line->continued)
		line->text = from(line->text, line->text.at + 1);
	return line->continued;
}

bool ssh_said_next(const char **cursor, struct ssh_line *line)
{
	size_t len;

	*cursor += strspn(*cursor, "\r\n\t ");
	len = strcspn(*cursor, "\r\n");
	if (len == 0)
		return false;
	*line = (struct ssh_line){.raw = {*cursor, len}, .text = {*cursor, len}};
	*cursor += len;
	if (take_continuation(line))
		return true;
	take_level(line);
	take_tag(line);
	line->debug |= ssh_line_begins(line, announced);
	return true;
}

bool ssh_line_has(const struct ssh_line *line, const char *needle)
{
	return find(line->raw, needle) != NULL;
}

bool ssh_line_begins(const struct ssh_line *line, const char *prefix)
{
	struct span text = line->text;

	return span_skip(&text, prefix);
}

/* The reason of a disconnection, the algorithms of an offer, the ways to log in, why no
 * channel is opened; nothing that this ssh says of its own comes after one of them. */
static const char *find_quote(const char *output)
{
	static const char *const before[] = {"Received disconnect from ",
					     "Their offer: ", ": Permission denied (",
					     ": open failed: "};
	struct ssh_line line;

	/* What the other end says in place of its version is in a debug message. */
	while (ssh_said_next(&output, &line))
		for (size_t i = 0; !line.debug && i < sizeof before / sizeof *before; i++) {
			const char *found = find(line.raw, before[i]);

			if (found != NULL)
				return found + strlen(before[i]);
		}
	return output;
}

bool ssh_said_find(const char *output, const char *needle, bool own, struct ssh_line *line)
{
	const char *const end = own ? find_quote(output) : output + strlen(output);

	while (ssh_said_next(&output, line)) {
		const char *found = find(line->raw, needle);

		if (!line->debug && found != NULL && found < end &&
		    !(own && line->continued))
			return true;
	}
	return false;
}

bool ssh_said_anywhere(const char *output, const char *needle, struct ssh_line *line)
{
	while (ssh_said_next(&output, line))
		if (ssh_line_has(line, needle))
			return true;
	return false;
}

static bool take_host(struct span name, char host[SSH_SAID_HOST_MAX])
{
	for (size_t i = 0; i < name.len; i++)
		if (name.at[i] <= ' ' || name.at[i] > '~')
			return false;
	return name.len > 0 && span_copy(name, host, SSH_SAID_HOST_MAX);
}

/* What stands between the two, if it is a host's name or address. */
static bool take_between(const struct ssh_line *line, const char *before, const char *after,
			 char host[SSH_SAID_HOST_MAX])
{
	const char *begin = find(line->text, before), *end;

	if (begin == NULL)
		return false;
	begin += strlen(before);
	end = find(from(line->text, begin), after);
	return end != NULL && take_host((struct span){begin, (size_t)(end - begin)}, host);
}

static bool is_announced(const struct ssh_line *line, long *pid)
{
	struct span rest = line->text;

	if (!span_skip(&rest, announced))
		return false;
	*pid = strtol(rest.at, NULL, 10);
	return true;
}

bool ssh_said_host(const char *output, long pid, char host[SSH_SAID_HOST_MAX])
{
	static const char before[] = " is for ";
	struct ssh_line line;
	const char *name;
	long whose;

	while (pid != 0 && ssh_said_next(&output, &line)) {
		name = find(line.text, before);
		if (is_announced(&line, &whose) && whose == pid && name != NULL)
			return take_host(from(line.text, name + strlen(before)), host);
	}
	return false;
}

bool ssh_said_only_host(const char *output, char host[SSH_SAID_HOST_MAX])
{
	const char *cursor = output;
	struct ssh_line line;
	long pid, only = 0;

	while (ssh_said_next(&cursor, &line)) {
		if (!is_announced(&line, &pid))
			continue;
		if (only != 0)
			return false;
		only = pid;
	}
	return ssh_said_host(output, only, host);
}

/* The last process before the line, other than ours, that said who it is. */
static long last_speaker(const struct ssh_line *line, const char *output, long ours)
{
	struct ssh_line earlier;
	long last = 0, pid;

	while (ssh_said_next(&output, &earlier) && earlier.raw.at < line->raw.at) {
		pid = earlier.pid;
		if (pid == 0 && !is_announced(&earlier, &pid))
			continue;
		if (pid != ours)
			last = pid;
	}
	return last;
}

bool ssh_line_host(const struct ssh_line *line, const char *output, long ours,
		   char host[SSH_SAID_HOST_MAX])
{
	static const char *const places[][2] = {
	    {"connect to host ", " port "},	 {"Could not resolve hostname ", ":"},
	    {"host key is known for ", " and "}, {"Host key for ", " has changed"},
	    {"@", ": Permission denied"},
	};

	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (take_between(line, places[i][0], places[i][1], host))
			return true;
	return ssh_said_host(
	    output, line->pid != 0 ? line->pid : last_speaker(line, output, ours), host);
}

long ssh_said_victim(const struct ssh_line *line)
{
	const char *output = line->raw.at + line->raw.len;
	struct ssh_line later;

	while (ssh_said_next(&output, &later))
		if (!later.debug && ssh_line_has(&later, SSH_SAID_EXCHANGE))
			return later.pid;
	return 0;
}

/* Where ssh has no socket to ask for the other end: 65535, and -1 in some places. */
static const char no_address[] = " UNKNOWN port ";

/* Our own ssh says no more of what failed on the way than that nobody answered. */
static bool is_echo(const struct ssh_line *line, long ours)
{
	if (line->debug)
		return false;
	return ssh_line_has(line, no_address) ||
	       (ours != 0 && line->pid == ours && ssh_line_has(line, SSH_SAID_EXCHANGE));
}

bool ssh_said_by_jump(const struct ssh_line *line, long ours)
{
	const char *output = line->raw.at + line->raw.len;
	struct ssh_line later;

	if (ours != 0 && line->pid == ours)
		return false;
	while (ssh_said_next(&output, &later))
		if (is_echo(&later, ours))
			return true;
	return false;
}

bool ssh_said_no_way(const char *output, long ours)
{
	struct ssh_line line;

	while (ssh_said_next(&output, &line))
		if (ours != 0 && line.pid == ours && ssh_line_has(&line, no_address))
			return true;
	return false;
}

bool ssh_said_last(const char *output, enum ssh_speaker speaker, long ours,
		   struct ssh_line *line)
{
	struct ssh_line next;
	bool found = false;

	while (ssh_said_next(&output, &next)) {
		if (next.debug || (speaker == SSH_SAID_BY_UNKNOWN && next.pid != 0) ||
		    (speaker == SSH_SAID_BY_OTHER && (next.pid == 0 || next.pid == ours)))
			continue;
		*line = next;
		found = true;
	}
	return found;
}
