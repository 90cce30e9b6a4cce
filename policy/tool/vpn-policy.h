/* SPDX-License-Identifier: ISC */
/* Between the main of vpn-policy and its commands, one file each. */
#ifndef SALLYPORT_POLICY_TOOL_VPN_POLICY_H
#define SALLYPORT_POLICY_TOOL_VPN_POLICY_H

#include "policy/tool/base/cli.h"

/* Each returns what to exit with. */
enum exit_code cmd_check(struct cli *cli);
enum exit_code cmd_audit(struct cli *cli);
enum exit_code cmd_diff(struct cli *cli);
enum exit_code cmd_graph(struct cli *cli);
enum exit_code cmd_explain(struct cli *cli);
enum exit_code cmd_authorized_keys(struct cli *cli);
enum exit_code cmd_edit(struct cli *cli);
enum exit_code cmd_add_peer(struct cli *cli);
enum exit_code cmd_invite(struct cli *cli);
enum exit_code cmd_set_peer(struct cli *cli);
enum exit_code cmd_take_key(struct cli *cli);
enum exit_code cmd_remove_peer(struct cli *cli);
enum exit_code cmd_migrate(struct cli *cli);
enum exit_code cmd_fmt(struct cli *cli);
enum exit_code cmd_keywords(struct cli *cli);

#endif
