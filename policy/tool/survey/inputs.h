/* SPDX-License-Identifier: ISC */
/* Surveys what the names on a command line stand for: a file, a directory of peers or
 * profiles, a configuration directory, or a host. */
#ifndef SALLYPORT_POLICY_TOOL_SURVEY_INPUTS_H
#define SALLYPORT_POLICY_TOOL_SURVEY_INPUTS_H

#include "policy/tool/survey/survey.h"

struct inputs {
	struct survey *survey;
	/* KIND_COUNT: each file's name decides */
	enum file_kind kind;
	/* without trust_given cli_trust_default() decides for each path */
	bool trust_given;
	enum trust trust;
	/* of a host, the kinds that are left out: bits 1u << enum file_kind */
	unsigned skip;
	/* "" or the directory that has a copy of the host's files */
	const char *root;
};

/* Reads what the name stands for; adds a finding for what cannot be read. */
void inputs_read(struct inputs *inputs, const char *given);
/* Reads what this host, or the copy of one, has. Peers need an agent.conf. */
void inputs_read_host(struct inputs *inputs);

/* The kind of a file, by its name. */
enum file_kind input_kind(const char *path);
/* Follows links; false for what is not there. */
bool input_is_directory(const char *path);

#endif
