/* SPDX-License-Identifier: ISC */
/* Which host ssh's end is told of: this one, the remote, or a jump host on the way. */
#include "tests/unit/ssh_told.h"

/* A connection over a jump host has two that may fail. */
static void blames_the_jump_host_that_failed(void **state)
{
	static const struct ssh_sample samples[] = {
	    {255,
	     HELLO(95) "ssh: connect to host bastion port 9: Connection refused\r\n" ECHO,
	     EXIT_NO_HOST, "the jump host bastion on the way to vpn.example refuses"},
	    {255,
	     HELLO(95) "ssh: Could not resolve hostname bastion: Name or service not "
		       "known\r\n" ECHO,
	     EXIT_NO_HOST, "the name of the jump host bastion"},
	    {255, HELLO(95) "hop@bastion: Permission denied (publickey).\r\n" ECHO,
	     EXIT_DENIED,
	     "the jump host bastion on the way to vpn.example does not accept"},
	    {255,
	     HELLO(95) HELLO(98) ACCEPTS(98) "hop@bastion: Permission denied "
					     "(publickey).\r\n" ECHO,
	     EXIT_POLICY,
	     "the jump host bastion on the way to vpn.example accepts the key"},
	    {255,
	     HELLO(95) "No ED25519 host key is known for bastion and you have requested "
		       "strict checking.\r\nHost key verification failed.\r\n" ECHO,
	     EXIT_DENIED, "host key of the jump host bastion"},
	    /* Untagged, and without a name: whoever spoke last. */
	    {255,
	     HELLO(95) JUMP_IS(98, "second") HELLO(98) JUMP_IS(99, "first")
		 HELLO(99) "Host key verification failed.\r\n" EXCHANGE(
		     98) "Connection closed by remote host\r\n" ECHO,
	     EXIT_DENIED, "host key of the jump host first on the way to vpn.example"},
	    {255,
	     HELLO(95) JUMP_IS(98, "second") HELLO(98) JUMP_IS(99, "first") HELLO(99)
		 HELLO(98) "Host key verification failed.\r\n" ECHO,
	     EXIT_DENIED, "host key of the jump host second on the way to vpn.example"},
	    /* Its name is a stranger's word. */
	    {255,
	     JUMP_IS(98, "a\033[2Jb") HELLO(98)
		 EXCHANGE(98) "Connection closed by remote host\r\n" ECHO,
	     EXIT_NO_HOST, "a jump host on the way to vpn.example ended"},
	    /* This host cannot even begin, and our ssh says that it ended. */
	    {255,
	     JUMP_IS(98, "bastion") "ssh: connect to host bastion port 22: failure\r\n" ECHO
		 FATAL(95) "Connection closed by UNKNOWN port 65535\r\n",
	     EXIT_NO_HOST, "cannot connect to the jump host bastion on the way to"},
	    {255,
	     JUMP_IS(98, "bastion") "ssh: connect to host bastion port 22: Operation not "
				    "permitted\r\n" ECHO FATAL(
					95) "Connection closed by UNKNOWN port 65535\r\n",
	     EXIT_NO_HOST, "cannot connect to the jump host bastion on the way to"},
	    /* Without tags, as of an ssh that has no LogVerbose. */
	    {255,
	     "hop@bastion: Permission denied (publickey).\r\n"
	     "kex_exchange_identification: Connection closed by remote host\r\n"
	     "Connection closed by UNKNOWN port 65535\r\n",
	     EXIT_DENIED, "the jump host bastion"},
	};

	(void)state;
	assert_all_told(samples, COUNT(samples), BEFORE_SESSION);
}

static void blames_what_is_behind_the_jump_host(void **state)
{
	static const struct ssh_sample samples[] = {
	    /* What one jump host says of the next. */
	    {255,
	     JUMP_IS(98, "second") JUMP_IS(
		 99, "first") "channels.c:channel_input_open_failure():3593 (pid=99): "
			      "channel 0: open "
			      "failed: connect failed: Connection refused\r\n" EXCHANGE(
				  98) "Connection closed by remote host\r\n" ECHO,
	     EXIT_NO_HOST, "a jump host reaches the jump host second on the way to"},
	    {255,
	     HELLO(95) "channel 0: open failed: connect failed: Connection refused\r\n"
		       "stdio forwarding failed\r\n" ECHO,
	     EXIT_NO_HOST, "a jump host reaches vpn.example, which refuses"},
	    {255,
	     HELLO(95) "channel 0: open failed: connect failed: Name or service not "
		       "known\r\nstdio forwarding failed\r\n" ECHO,
	     EXIT_NO_HOST, "a jump host cannot connect to vpn.example"},
	    {255,
	     HELLO(95) "channel 0: open failed: administratively prohibited: open "
		       "failed\r\nstdio forwarding failed\r\n" ECHO,
	     EXIT_DENIED, "AllowTcpForwarding"},
	    /* The jump host let it through: the host itself says no. */
	    {255,
	     HELLO(98) ACCEPTS(98)
		 HELLO(95) "slave@vpn.example: Permission denied (publickey).\r\n",
	     EXIT_DENIED, "vpn.example does not accept the key"},
	    {255,
	     HELLO(98) ACCEPTS(98) HELLO(95) ACCEPTS(95) "slave@vpn.example: Permission "
							 "denied (publickey).\r\n",
	     EXIT_POLICY, "vpn.example accepts the key, but ssh cannot use it"},
	};

	(void)state;
	assert_all_told(samples, COUNT(samples), BEFORE_SESSION);
}

static void blames_the_way_rather_than_the_host(void **state)
{
	static const struct ssh_sample samples[] = {
	    {255,
	     HELLO(95) "/bin/sh: 1: exec: nc: not found\n" FATAL(
		 95) "banner exchange: Connection to UNKNOWN port -1: Broken pipe\r\n",
	     EXIT_NO_HOST,
	     "the ProxyCommand or ProxyJump to vpn.example in the ssh_config of RunAs "
	     "ended before the host had answered: log in once by hand as that user "
	     "[\"/bin/sh: 1: exec: nc: not found\"]"},
	    {255,
	     HELLO(95) EXCHANGE_NEW(95) "Connection closed by remote host\r\n" FATAL(
		 95) "Connection closed by UNKNOWN port 65535\r\n",
	     EXIT_NO_HOST, "ProxyCommand or ProxyJump to vpn.example"},
	    /* One that is told to be quiet, and two of which one is. */
	    {255,
	     HELLO(95) JUMP_IS(98, "bastion")
		 ECHO FATAL(95) "Connection closed by UNKNOWN port 65535\r\n",
	     EXIT_NO_HOST,
	     "the ssh to the jump host bastion on the way to vpn.example ended and did "
	     "not say why"},
	    {255,
	     HELLO(95) JUMP_IS(98, "second") JUMP_IS(99, "first")
		 ECHO FATAL(95) "Connection closed by UNKNOWN port 65535\r\n",
	     EXIT_NO_HOST, "ProxyCommand or ProxyJump to vpn.example"},
	    /* There the host had answered, by its name, or had even taken a key. */
	    {255,
	     HELLO(95) ANSWER(95) FATAL(95) "Connection closed by UNKNOWN port 65535\r\n",
	     EXIT_NO_HOST, "vpn.example closed the connection"},
	    {255,
	     HELLO(95) ANSWER(95) OFFERS(95) ACCEPTS(95)
		 FATAL(95) "Connection closed by UNKNOWN port 65535\r\n",
	     EXIT_LINK, "vpn.example takes the key and then ends the login"},
	    /* A jump host that says so itself. */
	    {255,
	     HELLO(95) JUMP_IS(98, "bastion") HELLO(98) ANSWER(98)
		 FATAL(98) "Connection closed by 203.0.113.1 port 22\r\n" ECHO FATAL(
		     95) "Connection closed by UNKNOWN port 65535\r\n",
	     EXIT_NO_HOST, "the jump host bastion on the way to vpn.example closed"},
	};

	(void)state;
	assert_all_told(samples, COUNT(samples), BEFORE_SESSION);
}

static void blames_this_host_that_cannot_connect(void **state)
{
	static const struct ssh_sample samples[] = {
	    {255,
	     "bind 198.51.100.77: Cannot assign requested address\r\n"
	     "ssh: connect to host vpn.example port 22: failure\r\n",
	     EXIT_NO_HOST, "BindAddress"},
	    {255,
	     "ssh: connect to host vpn.example port 22: Cannot assign requested "
	     "address\r\n",
	     EXIT_NO_HOST, "this host has no address"},
	    {255, "KnownHostsCommand failed\r\n", EXIT_POLICY, "KnownHostsCommand in the"},
	};

	(void)state;
	assert_all_told(samples, COUNT(samples), BEFORE_SESSION);
}

/* The same words are a jump host's, of the way, or the remote's, of a session. */
static void tells_a_refused_session_from_a_refused_way(void **state)
{
#define REFUSED(pid)                                                                       \
	"channels.c:channel_input_open_failure():3593 (pid=" #pid                          \
	"): channel 1: open failed: administratively prohibited: open failed\r\n"
	static const struct ssh_sample samples[] = {
	    {255, HELLO(95) JUMP_IS(98, "bastion") HELLO(98) REFUSED(98) ECHO, EXIT_DENIED,
	     "a jump host on the way to vpn.example does not forward"},
	    {255, HELLO(95) ANSWER(95) ACCEPTS(95) REFUSED(95), EXIT_PROTOCOL,
	     "the sshd of vpn.example opens no session for the account: MaxSessions"},
	    {255,
	     HELLO(95) ANSWER(95) ACCEPTS(
		 95) "channels.c:channel_input_open_failure():3593 (pid=95): channel "
		     "0: open failed: connect failed: open failed\r\n",
	     EXIT_PROTOCOL, "the sshd of vpn.example opens no session"},
	};
	static const struct ssh_sample of_the_remote = {
	    255, "channel 0: open failed: administratively prohibited: x\r\n", EXIT_LINK,
	    "the ssh connection to vpn.example failed"};

	(void)state;
	assert_all_told(samples, COUNT(samples), BEFORE_SESSION);
	assert_told(&samples[1], IN_SESSION, ssh_error_explain);
	assert_told(&of_the_remote, IN_SESSION, ssh_error_explain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(blames_the_jump_host_that_failed),
	    cmocka_unit_test(blames_what_is_behind_the_jump_host),
	    cmocka_unit_test(blames_the_way_rather_than_the_host),
	    cmocka_unit_test(blames_this_host_that_cannot_connect),
	    cmocka_unit_test(tells_a_refused_session_from_a_refused_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
