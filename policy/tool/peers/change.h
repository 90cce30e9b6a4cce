/* SPDX-License-Identifier: ISC */
/*
 * A change to one peer of a whole policy: nobody else adds, changes or removes a peer
 * meanwhile, and signals that would end the program wait for its end.
 */
#ifndef SALLYPORT_POLICY_TOOL_PEERS_CHANGE_H
#define SALLYPORT_POLICY_TOOL_PEERS_CHANGE_H

#include "policy/language/exitcode.h"
#include "policy/language/path.h"
#include "policy/language/policy.h"
#include "policy/tool/edit/edited.h"
#include "policy/tool/edit/editor.h"
#include "policy/tool/explain/explanation.h"
#include "policy/tool/survey/survey.h"

struct change {
	const char *name;
	/* "" for this host, or where a copy of its files lies */
	const char *root;
	enum trust trust;
	char conf[PATH_TEXT_MAX], peers[PATH_TEXT_MAX], authorized[PATH_TEXT_MAX],
	    index[PATH_TEXT_MAX];
	/* the directory of peers, for its lock alone; and the peer's file */
	struct edited directory, file;
	struct signals signals;
	/* change_begin() failed: an errno or 0, and whether somebody else is at work */
	int sys;
	bool busy;
	/* change_refresh() has changed authorized_keys */
	bool amended;
};

/* Both for a name that is one. EXIT_DONE, or what to exit with once it is said; either way
 * change_end() has to follow. */
enum exit_code change_begin(struct change *change, const char *name, const char *root);
void change_end(struct change *change);

/*
 * Surveys agent.conf and all peers as `check` does, with the addresses of this host, and
 * with the text as the peer's file unless it is NULL. The caller frees both.
 */
void change_survey(const struct change *change, const char *text, size_t len,
		   struct survey *survey, struct findings *findings);
/* Reports the errors, and with own all that is found of the peer's file. EXIT_DONE when
 * there is no error. */
enum exit_code change_judge(const struct change *change, const struct findings *findings,
			    bool own);

/* After the peer's file has changed to the text, NULL for one that is gone: its lines of
 * authorized_keys and the index of keys, where there are such files. Again for a peer that
 * has not changed, it mends what could not be written then. EXIT_DONE, or what to exit with
 * once it is said. */
enum exit_code change_refresh(struct change *change, const char *text, size_t len);

/* Prints what the agent would answer to the peer's request for a link. */
void change_explain(const struct change *change);

/* Reads a moment, or a day, which begins at 00:00:00Z. 0, or -1 with *why. */
int change_time(const char *text, time_t *out, const char **why);

#endif
