/* SPDX-License-Identifier: ISC */
/* What `status --watch` draws: the last minute as it was, in no more columns than there
 * are. */
#include <stdlib.h>
#include <string.h>

#include "local/watch_page.h"
#include "unit.h"

enum { SECOND_MS = 1000, START_MS = 5000, INDEX = 7 };

static struct status status;
static struct watch_history history;

static void link_up(void)
{
	status =
	    (struct status){.name = "office",
			    .state = LINK_UP,
			    .has_link = true,
			    .link = {.name = "sp-office", .index = INDEX, .mtu = 1500},
			    .journal = {.count = 1, .entries = {{.kind = JOURNAL_UP}}}};
	watch_history_clear(&history);
	watch_history_add(&history, &status, START_MS);
}

/* The page, as it is printed. The caller frees it. */
static char *page(unsigned columns, unsigned rows, bool utf8, bool colour)
{
	const struct screen screen = {.columns = columns, .rows = rows};
	const struct screen_style style = {.utf8 = utf8, .colour = colour};
	char *text = NULL;
	size_t size = 0;
	FILE *const to = open_memstream(&text, &size);

	assert_non_null(to);
	watch_page_print(&status, &history, &screen, &style, to);
	assert_int_equal(0, fclose(to));
	return text;
}

static int64_t newest(const int64_t *values)
{
	return values[WATCH_SECONDS - 1];
}

static void rates_come_from_two_counts(void **state)
{
	(void)state;
	link_up();
	assert_int_equal(PLOT_NONE, newest(history.received));
	status.link.rx.bytes = 4000;
	status.link.tx.bytes = 10;
	watch_history_add(&history, &status, START_MS + 2 * SECOND_MS);
	assert_int_equal(2000, newest(history.received));
	assert_int_equal(5, newest(history.sent));
	assert_int_equal(PLOT_NONE, newest(history.trip));
	status.has_echo = true;
	status.echo.last = 1234;
	watch_history_add(&history, &status, START_MS + 3 * SECOND_MS);
	assert_int_equal(0, newest(history.received));
	assert_int_equal(2000, history.received[WATCH_SECONDS - 2]);
	assert_int_equal(1234, newest(history.trip));
}

/* A link that has come back has another interface, which begins at 0. */
static void another_interface_begins_anew(void **state)
{
	(void)state;
	link_up();
	status.link.index++;
	status.link.rx.bytes = 1000000;
	watch_history_add(&history, &status, START_MS + SECOND_MS);
	assert_int_equal(PLOT_NONE, newest(history.received));
	status.link.rx.bytes -= 1;
	watch_history_add(&history, &status, START_MS + 2 * SECOND_MS);
	assert_int_equal(PLOT_NONE, newest(history.received));
	status.link.rx.bytes += 8;
	/* In no time at all. */
	watch_history_add(&history, &status, START_MS + 2 * SECOND_MS);
	assert_int_equal(PLOT_NONE, newest(history.received));
	status.has_link = false;
	watch_history_add(&history, &status, START_MS + 3 * SECOND_MS);
	status.has_link = true;
	watch_history_add(&history, &status, START_MS + 4 * SECOND_MS);
	assert_int_equal(PLOT_NONE, newest(history.received));
}

static void counts_of_any_size_are_rates(void **state)
{
	(void)state;
	link_up();
	status.link.rx.bytes = UINT64_MAX;
	watch_history_add(&history, &status, START_MS + 1);
	assert_true(newest(history.received) >= 0);
	free(page(80, 24, true, true));
}

/* How many columns the widest line takes, without what sets a colour. */
static size_t width(const char *text)
{
	size_t widest = 0, now = 0;

	for (; *text != '\0'; text++) {
		if (*text == '\033')
			text += strcspn(text, "m");
		else if (*text == '\n')
			now = 0;
		else if (((unsigned char)*text & 0xc0) != 0x80 && ++now > widest)
			widest = now;
	}
	return widest;
}

static size_t lines(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += *text == '\n';
	return count;
}

static void a_page_fits_its_screen(void **state)
{
	static const struct {
		unsigned columns, rows;
		size_t lines;
	} cases[] = {{40, 10, 9}, {59, 25, 9}, {80, 26, 12}, {200, 35, 12}, {200, 36, 18}};
	char *text;

	(void)state;
	link_up();
	for (int i = 1; i <= 2 * WATCH_SECONDS; i++) {
		status.link.rx.bytes += (uint64_t)i * 1000;
		status.link.tx.bytes += 10;
		watch_history_add(&history, &status, START_MS + (int64_t)i * SECOND_MS);
	}
	for (size_t i = 0; i < COUNT(cases); i++) {
		text = page(cases[i].columns, cases[i].rows, true, true);
		assert_in_range(width(text), 1,
				cases[i].columns < 60 ? cases[i].columns : 60);
		/* And what status tells of the link below. */
		assert_int_equal(cases[i].lines, lines(text));
		free(text);
	}
}

static void colours_and_blocks_only_where_they_are_taken(void **state)
{
	char *text;

	(void)state;
	link_up();
	status.link.rx.bytes = 1000;
	watch_history_add(&history, &status, START_MS + SECOND_MS);
	text = page(80, 24, false, false);
	for (const char *at = text; *at != '\0'; at++)
		assert_true(*at == '\n' || (*at >= ' ' && *at <= '~'));
	assert_non_null(strstr(text, "received    1.00 kB/s, up to 1.00 kB/s\n"));
	assert_non_null(strstr(text, "round trip  not known\n"));
	free(text);
	text = page(80, 24, true, false);
	assert_null(strchr(text, '\033'));
	assert_non_null(strstr(text, "█"));
	free(text);
	text = page(80, 24, false, true);
	assert_int_equal(0, strncmp(text, "\033[32moffice is up since ", 24));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rates_come_from_two_counts),
	    cmocka_unit_test(another_interface_begins_anew),
	    cmocka_unit_test(counts_of_any_size_are_rates),
	    cmocka_unit_test(a_page_fits_its_screen),
	    cmocka_unit_test(colours_and_blocks_only_where_they_are_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
