/* SPDX-License-Identifier: ISC */
#include "policy/tool/audit/host_page.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/replace.h"
#include "policy/tool/base/memory.h"

/* It tells how a host can be attacked. */
enum { PAGE_MODE = 0600 };

static void keep_overlap(struct survey *survey, const struct claim *outer,
			 const struct claim *inner)
{
	const struct page_overlap overlap = {
	    .peers = {outer->peer, inner->peer},
	    .networks = {outer->prefix, inner->prefix},
	    .routes = {outer->kind == CLAIM_ROUTE, inner->kind == CLAIM_ROUTE},
	    .lines = {outer->line, inner->line},
	};

	page_keep_overlap(survey->context, &overlap);
}

void host_page_overlaps(struct page *page, struct survey *survey)
{
	void *const before = survey->context;

	survey->context = page;
	survey_nest(survey, survey->claims, survey->nclaims, survey->peers, keep_overlap);
	survey->context = before;
}

/* Whoever came first would own the page otherwise, or could read it: what lies there has
 * no say in owner and mode. */
static int put(const char *path, const struct memory *page, struct error *err)
{
	struct stat st;

	if (replace_look_own(path, TRUST_ANY, &st, err) < 0)
		return -1;
	st = (struct stat){.st_uid = geteuid(), .st_gid = getegid(), .st_mode = PAGE_MODE};
	return replace_put(path, page->text, page->len, &st, err);
}

int host_page_write(struct page *page, const char *path, struct error *err)
{
	struct memory text;
	int result = -1;

	/* What was kept last may speak of what was lost. */
	if (page->lost || memory_open(&text) != 0)
		return error_sys(err, ENOMEM, "cannot make the page");
	page_print(page, text.out);
	if (memory_close(&text) != 0 || page->lost)
		(void)error_sys(err, ENOMEM, "cannot make the page");
	else if (strcmp(path, "-") != 0)
		result = put(path, &text, err);
	else {
		/* main() reports a failed stream, for every command. */
		fwrite(text.text, 1, text.len, stdout);
		result = 0;
	}
	memory_free(&text);
	return result;
}
