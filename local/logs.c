/* SPDX-License-Identifier: ISC */
/* vpn-connect logs: what the journal has of a profile, whether a unit or a shell started
 * it. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "local/command.h"
#include "local/place.h"
#include "policy/language/span.h"
#include "policy/language/value.h"

enum {
	MATCH_MAX = 96,
	/* Of the name of a program. */
	LOGGER_MAX = 32,
	/* How many lines are looked through for those of the profile. */
	LOOK_MAX = 1000000,
	USEC = 1000000,
	/* A file that was rotated away may be seen no earlier. */
	FOLLOW_MS = 60000,
};

/*
 * What root's vpn-connect said anywhere (a user can log under that name as well), what was
 * said in the unit, and what systemd says of the unit.
 */
static int add_matches_own(sd_journal *journal, const char *name)
{
	char unit[MATCH_MAX], of[MATCH_MAX], user[MATCH_MAX];
	int code;

	snprintf(user, sizeof user, "_UID=%u", (unsigned)place()->owner);
	snprintf(unit, sizeof unit, "_SYSTEMD_USER_UNIT=vpn-connect@%s.service", name);
	snprintf(of, sizeof of, "USER_UNIT=vpn-connect@%s.service", name);
	if ((code = sd_journal_add_match(journal, user, 0)) < 0 ||
	    (code = sd_journal_add_match(journal, "SYSLOG_IDENTIFIER=vpn-connect", 0)) <
		0 ||
	    (code = sd_journal_add_disjunction(journal)) < 0 ||
	    (code = sd_journal_add_match(journal, user, 0)) < 0 ||
	    (code = sd_journal_add_match(journal, unit, 0)) < 0 ||
	    (code = sd_journal_add_disjunction(journal)) < 0 ||
	    (code = sd_journal_add_match(journal, user, 0)) < 0 ||
	    (code = sd_journal_add_match(journal, of, 0)) < 0)
		return code;
	return 0;
}

static int add_matches(sd_journal *journal, const char *name)
{
	char unit[MATCH_MAX], of[MATCH_MAX];
	int code;

	if (place()->own)
		return add_matches_own(journal, name);
	snprintf(unit, sizeof unit, "_SYSTEMD_UNIT=vpn-connect@%s.service", name);
	snprintf(of, sizeof of, "UNIT=vpn-connect@%s.service", name);
	if ((code = sd_journal_add_match(journal, "_UID=0", 0)) < 0 ||
	    (code = sd_journal_add_match(journal, "SYSLOG_IDENTIFIER=vpn-connect", 0)) <
		0 ||
	    (code = sd_journal_add_disjunction(journal)) < 0 ||
	    (code = sd_journal_add_match(journal, unit, 0)) < 0 ||
	    (code = sd_journal_add_disjunction(journal)) < 0 ||
	    (code = sd_journal_add_match(journal, "_PID=1", 0)) < 0 ||
	    (code = sd_journal_add_match(journal, of, 0)) < 0)
		return code;
	return 0;
}

/* The value of a field of the line that is looked at; empty when it has none. */
static struct span field(sd_journal *journal, const char *name)
{
	const size_t before = strlen(name) + 1;
	const void *data;
	size_t len;

	if (sd_journal_get_data(journal, name, &data, &len) < 0 || len < before)
		return (struct span){"", 0};
	return (struct span){(const char *)data + before, len - before};
}

/* Of a shell's run each line begins with the profile's name, or says it before a verb. */
static bool is_of_profile(sd_journal *journal, const char *name)
{
	char unit[MATCH_MAX];
	struct span message = field(journal, "MESSAGE");

	snprintf(unit, sizeof unit, "vpn-connect@%s.service", name);
	if (span_is(field(journal, place()->own ? "_SYSTEMD_USER_UNIT" : "_SYSTEMD_UNIT"),
		    unit) ||
	    span_is(field(journal, place()->own ? "USER_UNIT" : "UNIT"), unit))
		return true;
	return span_skip(&message, name) && message.len > 0 &&
	       (message.at[0] == ':' || message.at[0] == ' ');
}

/* What is not printable ASCII is escaped: a terminal sees nothing else. */
static void print_escaped(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		const unsigned char byte = (unsigned char)text.at[i];

		if (byte >= ' ' && byte <= '~')
			putchar(byte);
		else
			printf("\\x%02x", byte);
	}
}

static void print_line(sd_journal *journal)
{
	struct span by = field(journal, "SYSLOG_IDENTIFIER");
	char when[TIME_TEXT_MAX];
	uint64_t usec = 0;

	(void)sd_journal_get_realtime_usec(journal, &usec);
	printf("%s ", value_time_print((time_t)(usec / USEC), when));
	if (by.len > LOGGER_MAX)
		by.len = LOGGER_MAX;
	print_escaped(by);
	fputs(": ", stdout);
	print_escaped(field(journal, "MESSAGE"));
	putchar('\n');
}

/* To the first of the last lines that are to be printed. 0, or a negative errno. */
static int seek(sd_journal *journal, const char *name, unsigned lines)
{
	unsigned found = 0, looked = 0;
	int code = sd_journal_seek_tail(journal);

	while (code >= 0 && found < lines && looked++ < LOOK_MAX &&
	       (code = sd_journal_previous(journal)) > 0)
		found += is_of_profile(journal, name);
	/* Before the first of all, where there are fewer. */
	if (code == 0 && lines > 0 && found < lines)
		return sd_journal_seek_head(journal);
	/* sd_journal_next() goes on behind the line that is looked at: with no lines, the
	 * last one of all. */
	if (code >= 0 && lines == 0)
		return sd_journal_previous(journal) < 0 ? -EIO : 0;
	return code < 0				   ? code
	       : sd_journal_previous(journal) == 0 ? sd_journal_seek_head(journal)
						   : 0;
}

static int print_rest(sd_journal *journal, const char *name)
{
	int code;

	while ((code = sd_journal_next(journal)) > 0)
		if (is_of_profile(journal, name))
			print_line(journal);
	return fflush(stdout) != 0 ? -EPIPE : code;
}

/* Until there may be more; a reader that has gone ends it. A negative errno. */
static int await_more(sd_journal *journal)
{
	struct pollfd fds[] = {
	    {.fd = sd_journal_get_fd(journal), .events = POLLIN},
	    {.fd = STDOUT_FILENO},
	};

	if (fds[0].fd < 0)
		return fds[0].fd;
	if (poll(fds, 2, FOLLOW_MS) < 0 && errno != EINTR)
		return -errno;
	if ((fds[1].revents & (POLLERR | POLLHUP)) != 0)
		return -EPIPE;
	return sd_journal_process(journal);
}

static int show(sd_journal *journal, const char *name,
		const struct command_options *options)
{
	int code;

	/* It is watched before it is read, or what comes between would be missed. */
	if (options->follow && (code = sd_journal_get_fd(journal)) < 0)
		return code;
	code = add_matches(journal, name);
	if (code >= 0)
		code = seek(journal, name, options->lines);
	while (code >= 0 && (code = print_rest(journal, name)) >= 0 && options->follow)
		code = await_more(journal);
	return code == -EPIPE ? 0 : code;
}

enum exit_code command_logs(const char *name, const struct command_options *options)
{
	const enum exit_code known = command_check_profile(name);
	sd_journal *journal = NULL;
	int code;

	if (known != EXIT_DONE)
		return known;
	code = sd_journal_open(
	    &journal, SD_JOURNAL_LOCAL_ONLY |
			  (place()->own ? SD_JOURNAL_CURRENT_USER : SD_JOURNAL_SYSTEM));
	if (code >= 0 && sd_journal_has_runtime_files(journal) == 0 &&
	    sd_journal_has_persistent_files(journal) == 0) {
		sd_journal_close(journal);
		return command_fail(EXIT_SYSTEM,
				    "this host has no journal of systemd's: look for "
				    "vpn-connect in the files of its log daemon");
	}
	if (code >= 0)
		code = show(journal, name, options);
	sd_journal_close(journal);
	return code < 0 ? command_fail(EXIT_SYSTEM, "cannot read the journal: %s",
				       strerrordesc_np(-code))
			: EXIT_DONE;
}
