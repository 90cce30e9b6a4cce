/* SPDX-License-Identifier: ISC */
/* vpn-connect status --watch: looks again each time that something has changed, and each
 * second. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "local/profile_names.h"
#include "local/watch_events.h"
#include "local/watch_page.h"
#include "policy/language/value.h"

/* Changes come in bursts, and a host may change its routes all the time. */
enum { WATCH_PAUSE_MS = 100 };

/* What a change is told by. */
struct watched_mark {
	enum link_state state;
	time_t up, failed;
	enum status_fault faults[JOURNAL_ENTRIES_MAX];
};

struct watched {
	const char *name;
	struct status status;
	struct watch_history history;
	struct watched_mark told;
	bool known;
};

struct watch {
	const struct command_options *options;
	struct watched *links;
	size_t count;
	/* With one name it has the page for itself. */
	bool alone;
	/* Drawn on a terminal; otherwise a line is printed for each change. */
	bool draws;
	struct screen screen;
	struct watch_events events;
	int64_t rests_until;
};

static struct watched_mark mark(const struct status *status)
{
	const struct journal_entry *const up = journal_find(&status->journal, JOURNAL_UP),
					  *const failed = journal_find(&status->journal,
								       JOURNAL_FAILED);
	struct watched_mark mark = {.state = status->state};

	/* What a link that comes up does not have yet is no fault. */
	if (status->state == LINK_IMPAIRED)
		memcpy(mark.faults, status->faults, sizeof mark.faults);
	if (status->state != LINK_DOWN && up != NULL)
		mark.up = up->time;
	if (status->state == LINK_WAITING && failed != NULL)
		mark.failed = failed->time;
	return mark;
}

static bool is_same(const struct watched_mark *a, const struct watched_mark *b)
{
	return a->state == b->state && a->up == b->up && a->failed == b->failed &&
	       memcmp(a->faults, b->faults, sizeof a->faults) == 0;
}

static void tell(const struct watch *watch, const struct status *status)
{
	char when[TIME_TEXT_MAX];

	if (watch->options->json) {
		(void)status_print_json_line(status);
	} else {
		printf("%s ", value_time_print(status->time, when));
		status_print_line(status, stdout);
	}
	fflush(stdout);
}

static void tell_change(const struct watch *watch, struct watched *link)
{
	const struct watched_mark now = mark(&link->status);

	if (link->known && is_same(&now, &link->told))
		return;
	link->told = now;
	link->known = true;
	tell(watch, &link->status);
}

static void print_page(const struct watch *watch, FILE *to)
{
	const struct screen_style *const style = &watch->options->style;

	for (size_t i = 0; i < watch->count; i++) {
		const struct watched *const link = &watch->links[i];

		if (watch->alone)
			watch_page_print(&link->status, &link->history, &watch->screen,
					 style, to);
		else
			watch_page_print_line(&link->status, &link->history, style, to);
	}
}

static void draw(const struct watch *watch)
{
	char *text = NULL;
	size_t size = 0;
	FILE *const page = open_memstream(&text, &size);

	if (page == NULL)
		return;
	print_page(watch, page);
	if (fclose(page) == 0)
		screen_draw(&watch->screen, text);
	free(text);
}

/* What cannot be read just now stays as it was. */
static void look_at(struct watched *link, bool second)
{
	static struct status fresh;
	struct error err;

	if (status_read(link->name, &fresh, &err) == 0)
		link->status = fresh;
	if (second)
		watch_history_add(&link->history, &link->status, monotonic_ms());
}

static void look(struct watch *watch, bool second)
{
	for (size_t i = 0; i < watch->count; i++) {
		struct watched *const link = &watch->links[i];

		watch_events_add(&watch->events, link->name);
		look_at(link, second);
		if (!watch->draws)
			tell_change(watch, link);
	}
	if (watch->draws)
		draw(watch);
	watch->rests_until = monotonic_ms() + WATCH_PAUSE_MS;
}

/* Ctrl-Z: the shell gets its terminal as it was, until it lets us go on. */
static void stop(struct watch *watch)
{
	if (watch->draws)
		screen_close(&watch->screen);
	(void)kill(getpid(), SIGSTOP);
	if (watch->draws)
		screen_open(&watch->screen);
}

/* Until it is interrupted, or nobody reads what it prints. */
static void run(struct watch *watch)
{
	struct watch_happened happened = {.change = true};

	if (watch->draws)
		screen_open(&watch->screen);
	while (!happened.end && !ferror(stdout)) {
		if (happened.stop)
			stop(watch);
		if (happened.resize)
			screen_measure(&watch->screen);
		if (happened.change || happened.second || happened.resize || happened.stop)
			look(watch, happened.second);
		happened = watch_events_await(
		    &watch->events, watch->draws && watch->screen.keys, watch->rests_until);
	}
	if (watch->draws)
		screen_close(&watch->screen);
}

static enum exit_code watch_links(struct watch *watch)
{
	enum exit_code code = EXIT_DONE;

	for (size_t i = 0; i < watch->count; i++)
		watch_history_clear(&watch->links[i].history);
	if (watch_events_open(&watch->events) == 0)
		run(watch);
	else
		code = EXIT_SYSTEM;
	watch_events_close(&watch->events);
	for (size_t i = 0; code != EXIT_SYSTEM && i < watch->count; i++)
		code = status_worse(code, status_exit_code(&watch->links[i].status));
	return code;
}

static enum exit_code watch_one(struct watch *watch, const char *name)
{
	static struct watched link;
	const enum exit_code code = status_look(name, &link.status);

	if (code == EXIT_SYSTEM || code == EXIT_POLICY)
		return code;
	link.name = name;
	watch->links = &link;
	watch->count = 1;
	watch->alone = true;
	return watch_links(watch);
}

static enum exit_code watch_all(struct watch *watch)
{
	struct dirent **names = NULL;
	const int count = command_profile_names(&names, true);
	enum exit_code code;

	if (count < 0)
		return EXIT_SYSTEM;
	watch->count = (size_t)count;
	watch->links = calloc(watch->count + 1, sizeof *watch->links);
	for (int i = 0; watch->links != NULL && i < count; i++)
		watch->links[i].name = names[i]->d_name;
	code = watch->links != NULL
		   ? watch_links(watch)
		   : command_fail(EXIT_SYSTEM, "cannot hold the state of %d links", count);
	free(watch->links);
	profile_names_free(names, count);
	return code;
}

enum exit_code status_watch(const char *name, const struct command_options *options)
{
	static struct watch watch;

	if (options->quiet)
		return command_fail(EXIT_USAGE, "--watch with --quiet would show nothing");
	watch = (struct watch){.options = options};
	watch.draws =
	    !options->json && options->style.drawable && isatty(STDOUT_FILENO) == 1;
	return name != NULL ? watch_one(&watch, name) : watch_all(&watch);
}
