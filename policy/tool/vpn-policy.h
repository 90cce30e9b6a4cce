/* SPDX-License-Identifier: ISC */
/* Between the main of vpn-policy and its commands, one file each. */
#ifndef SALLYPORT_POLICY_TOOL_VPN_POLICY_H
#define SALLYPORT_POLICY_TOOL_VPN_POLICY_H

#include "policy/language/exitcode.h"
#include "policy/language/policy.h"
#include "policy/tool/base/complain.h"
#include "policy/tool/base/trust.h"

/* argv[0] is the command's name. Each returns what to exit with. */
enum exit_code cmd_check(int argc, char **argv);
enum exit_code cmd_audit(int argc, char **argv);
enum exit_code cmd_diff(int argc, char **argv);
enum exit_code cmd_graph(int argc, char **argv);
enum exit_code cmd_explain(int argc, char **argv);
enum exit_code cmd_authorized_keys(int argc, char **argv);
enum exit_code cmd_edit(int argc, char **argv);
enum exit_code cmd_fmt(int argc, char **argv);
enum exit_code cmd_keywords(int argc, char **argv);

/* Says how the program is called, on standard error; returns EXIT_USAGE. */
enum exit_code usage_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/*
 * The same for an option that getopt_long(3) gave as '?', or, its string beginning with
 * "+:", as ':'.
 */
enum exit_code option_refused(int option);

#endif
