/* SPDX-License-Identifier: ISC */
/* audit's page: what two peers claim, and the file that it becomes. */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_HOST_PAGE_H
#define SALLYPORT_POLICY_TOOL_AUDIT_HOST_PAGE_H

#include "policy/tool/report/page.h"
#include "policy/tool/survey/survey.h"

/* Keeps the overlaps of an ended survey, whose good peers the page has in their order. */
void host_page_overlaps(struct page *page, struct survey *survey);
/*
 * Writes the page to path, in the place of what is there once it is whole, or to standard
 * output for "-". It is for this process's user alone; another's file, or one that others
 * can write, is not replaced. 0, or -1 with *err, and path as it was.
 */
int host_page_write(struct page *page, const char *path, struct error *err);

#endif
