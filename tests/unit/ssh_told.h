/* SPDX-License-Identifier: ISC */
/* What ssh wrote until its end, in pieces, and what vpn-connect has to tell of it. */
#ifndef SALLYPORT_TESTS_UNIT_SSH_TOLD_H
#define SALLYPORT_TESTS_UNIT_SSH_TOLD_H

#include "local/ssh_error.h"
#include "unit.h"

struct ssh_sample {
	int status;
	const char *output;
	enum exit_code code;
	/* In the sentence. */
	const char *told;
};

#define BEFORE_SESSION ((struct ssh_end){.session = false})
#define IN_SESSION     ((struct ssh_end){.session = true})

void assert_told(const struct ssh_sample *sample, struct ssh_end end,
		 int (*explain)(const struct ssh_end *end, struct failure *failure));
/* Of ssh_error_explain(). */
void assert_all_told(const struct ssh_sample *samples, size_t count, struct ssh_end end);

/* Our ssh's process id; that of one that leads to a jump host is 98 or 99. */
enum { OURS = 95 };

/* The tags of OpenSSH up to 9.7, and since. */
#define EXCHANGE(pid) "kex.c:kex_exchange_identification():1383 (pid=" #pid "): "
#define EXCHANGE_NEW(pid)                                                                  \
	"kex.c:kex_exchange_identification():1327 (bin=ssh, pid=" #pid "): "
#define HELLO(pid)	   "debug1: " EXCHANGE(pid) "Local version string SSH-2.0-OpenSSH_9.2p1\r\n"
#define JUMP_IS(pid, host) "jump-ssh: process " #pid " is for " host "\n"
#define BANNER(pid, text)  "debug1: " EXCHANGE_NEW(pid) "banner line 0: " text "\r\n"
#define ACCEPTS(pid)                                                                       \
	"debug1: sshconnect2.c:input_userauth_pk_ok():840 (pid=" #pid                      \
	"): Server accepts key: /home/alice/.ssh/id_ed25519 ED25519 SHA256:x explicit\r\n"
#define ANSWER(pid)                                                                        \
	"debug1: " EXCHANGE(                                                               \
	    pid) "Remote protocol version 2.0, remote software version x\r\n"
#define FAILED(pid, methods)                                                               \
	"debug1: sshconnect2.c:input_userauth_failure():642 (bin=ssh, pid=" #pid           \
	"): Authentications that can continue: " methods "\r\n"
#define MORE(pid) FAILED(pid, "publickey")
#define OFFERS(pid)                                                                        \
	"debug1: sshconnect2.c:userauth_pubkey():2016 (bin=ssh, pid=" #pid                 \
	"): Offering public key: /home/alice/.ssh/id_vpn ED25519 SHA256:x explicit\r\n"
#define TRIES(pid)                                                                         \
	"debug1: sshconnect2.c:userauth_pubkey():1918 (pid=" #pid                          \
	"): Trying private key: /home/alice/.ssh/id_rsa\r\n"
#define SIGNS(pid)                                                                         \
	"debug3: sshconnect2.c:sign_and_send_pubkey():1431 (pid=" #pid                     \
	"): signing using ssh-ed25519 SHA256:x\r\n"
#define MISSES(pid)                                                                        \
	"debug3: sshconnect2.c:load_identity_file():1564 (pid=" #pid                       \
	"): no such identity: /home/alice/.ssh/id_ed25519: No such file or directory\r\n"
#define FATAL(pid) "packet.c:sshpkt_vfatal():2009 (bin=ssh, pid=" #pid "): "
#define DENIED	   "slave@vpn.example: Permission denied (publickey).\r\n"
/* Our ssh of what failed on the way. */
#define ECHO EXCHANGE(95) "Connection closed by remote host\r\n"

#endif
