/* SPDX-License-Identifier: ISC */
/*
 * The names on a command line, and what is surveyed for them: a file, a directory of peers
 * or of profiles, a configuration directory, or a host.
 */
#ifndef SALLYPORT_POLICY_TOOL_SURVEY_INPUTS_H
#define SALLYPORT_POLICY_TOOL_SURVEY_INPUTS_H

#include "policy/tool/survey/survey.h"

struct inputs {
	struct survey *survey;
	/* KIND_COUNT: by the name of each file */
	enum file_kind kind;
	/* without trust_given, by what cli_trust_default() says of each path */
	bool trust_given;
	enum trust trust;
	/* Of a host, bit 1u << enum file_kind: left out */
	unsigned skip;
	/* "" or a directory in which the host's files lie */
	const char *root;
};

/* Whatever the name stands for; what cannot be read is a finding. */
void inputs_read(struct inputs *inputs, const char *given);
/* What this host, or the copy of one, has. Peers need an agent.conf. */
void inputs_read_host(struct inputs *inputs);

/* What a file of that name is taken for. */
enum file_kind input_kind(const char *path);
/* Follows links; false for what is not there. */
bool input_is_directory(const char *path);

#endif
