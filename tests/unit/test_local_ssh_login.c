/* SPDX-License-Identifier: ISC */
/* How far a login came, and what became of the key. */
#include "tests/unit/ssh_told.h"

static void tells_what_became_of_the_key(void **state)
{
	static const struct ssh_sample samples[] = {
	    {255, "slave@vpn.example: Permission denied (publickey).\r\n", EXIT_DENIED,
	     "does not accept the key"},
	    {255, "slave@vpn.example: Permission denied (publickey,password).\r\n",
	     EXIT_DENIED, "does not accept the key"},
	    {255,
	     "Load key \"/home/alice/.ssh/id_ed25519\": Permission denied\r\n"
	     "slave@vpn.example: Permission denied (publickey).\r\n",
	     EXIT_POLICY, "RunAs cannot read a private key"},
	    {255,
	     "Warning: Identity file /home/alice/.ssh/id_vpn not accessible: Permission "
	     "denied.\r\nslave@vpn.example: Permission denied (publickey).\r\n",
	     EXIT_POLICY, "RunAs may not look at the key"},
	    {255,
	     "@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @\r\n"
	     "slave@vpn.example: Permission denied (publickey).\r\n",
	     EXIT_POLICY, "that others can read"},
	    {255,
	     OFFERS(95) "Received disconnect from 198.51.100.1 port 22:2: Too many "
			"authentication "
			"failures\r\nDisconnected from 198.51.100.1 port 22\r\n",
	     EXIT_DENIED, "IdentityFile"},
	};

	(void)state;
	assert_all_told(samples, COUNT(samples), BEFORE_SESSION);
}

static void blames_the_key_that_cannot_be_used(void **state)
{
	static const struct ssh_sample samples[] = {
	    {255,
	     HELLO(95) ACCEPTS(95) "slave@vpn.example: Permission denied (publickey).\r\n",
	     EXIT_POLICY, "its passphrase must be in an agent"},
	    /* The key was good; what else is wanted is not there. */
	    {255,
	     HELLO(95) ACCEPTS(
		 95) "slave@vpn.example: Permission denied (keyboard-interactive).\r\n",
	     EXIT_DENIED, "does not accept"},
	    {255,
	     "Warning: Identity file /etc/key not accessible: No such file or directory.\n"
	     "slave@vpn.example: Permission denied (publickey).\r\n",
	     EXIT_POLICY, "the key that IdentityFile in the profile names does not exist"},
	    {255,
	     "sign_and_send_pubkey: signing failed for ED25519 \"/home/alice/.ssh/id\" "
	     "from "
	     "agent: agent refused operation\r\n"
	     "slave@vpn.example: Permission denied (publickey).\r\n",
	     EXIT_POLICY, "agent of RunAs did not sign"},
	    /* What became of the network comes before that. */
	    {255,
	     "Warning: Identity file /etc/key not accessible: No such file or directory.\n"
	     "ssh: connect to host vpn.example port 22: Connection refused\r\n",
	     EXIT_NO_HOST, "refuses"},
	};

	(void)state;
	assert_all_told(samples, COUNT(samples), BEFORE_SESSION);
}

/* The same last words mean this or that, by how far the login had come. */
static void tells_how_far_the_login_came(void **state)
{
	static const struct ssh_sample samples[] = {
	    {255, MORE(95) DENIED, EXIT_POLICY,
	     "ssh has no key that it may show to vpn.example: check IdentityFile in the "
	     "profile"},
	    {255, MORE(95) OFFERS(95) MORE(95) DENIED, EXIT_DENIED,
	     "does not accept the key"},
	    /* A key whose public half is not known before. */
	    {255, MORE(95) TRIES(95) SIGNS(95) MORE(95) DENIED, EXIT_DENIED,
	     "does not accept the key"},
	    {255, MORE(95) TRIES(95) DENIED, EXIT_POLICY,
	     "ssh has no key that it may show"},
	    /* A jump host had a key, the host itself gets none. */
	    {255, MORE(98) OFFERS(98) ACCEPTS(98) MORE(95) DENIED, EXIT_POLICY,
	     "ssh has no key that it may show to vpn.example"},
	    {255,
	     HELLO(95) HELLO(98) MORE(98) "hop@bastion: Permission denied "
					  "(publickey).\r\n" ECHO,
	     EXIT_POLICY,
	     "the jump host bastion on the way to vpn.example: check IdentityFile and"},
	    {255,
	     MORE(95) OFFERS(95) ACCEPTS(95) SIGNS(
		 95) "sshconnect2.c:input_userauth_failure():637 (bin=ssh, pid=95): "
		     "Authenticated using \"publickey\" with partial success.\r\n" MORE(95)
			 OFFERS(95) MORE(95) DENIED,
	     EXIT_DENIED, "accepts the key and then wants more"},
	};

	(void)state;
	assert_all_told(samples, COUNT(samples), BEFORE_SESSION);
}

/* ssh does not say that it could not sign: it goes on, or the other end answers. */
static void tells_a_locked_key_from_one_that_is_refused(void **state)
{
	static const struct ssh_sample samples[] = {
	    {255, MORE(95) OFFERS(95) ACCEPTS(95) SIGNS(95) DENIED, EXIT_POLICY,
	     "accepts the key, but ssh cannot use it"},
	    {255, MORE(95) OFFERS(95) ACCEPTS(95) SIGNS(95) MORE(95) DENIED, EXIT_DENIED,
	     "vpn.example knows the key and refuses the login with it"},
	    {255,
	     MORE(95) OFFERS(95) ACCEPTS(95) SIGNS(95) MISSES(95) TRIES(95) MISSES(95)
		 DENIED,
	     EXIT_POLICY, "only its public half is here"},
	    {255, MORE(95) TRIES(95) MISSES(95) DENIED, EXIT_POLICY, "ssh has no key"},
	    /* After the locked one another, which is not known there. */
	    {255, MORE(95) OFFERS(95) ACCEPTS(95) SIGNS(95) OFFERS(95) MORE(95) DENIED,
	     EXIT_POLICY, "accepts the key, but ssh cannot use it"},
	    {255,
	     MORE(95) OFFERS(95) ACCEPTS(95) SIGNS(95) TRIES(95) SIGNS(95) MORE(95) DENIED,
	     EXIT_POLICY, "accepts the key, but ssh cannot use it"},
	};

	(void)state;
	assert_all_told(samples, COUNT(samples), BEFORE_SESSION);
}

static void tells_where_the_passphrase_is_missing(void **state)
{
	static const struct {
		enum ssh_agent agent;
		const char *told;
	} agents[] = {
	    {SSH_AGENT_UNKNOWN, "agent of RunAs (SSH_AUTH_SOCK), or removed"},
	    {SSH_AGENT_NONE, "agent of RunAs (SSH_AUTH_SOCK names none here), or"},
	    {SSH_AGENT_STRANGE, "(SSH_AUTH_SOCK is not a socket of that user), or"},
	    {SSH_AGENT_GIVEN, "(the one of SSH_AUTH_SOCK does not have it: ssh-add), or"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(agents); i++) {
		const struct ssh_sample sample = {255, ACCEPTS(95) DENIED, EXIT_POLICY,
						  agents[i].told};

		assert_told(&sample, (struct ssh_end){.agent = agents[i].agent},
			    ssh_error_explain);
	}
}

static void tells_a_login_that_ended_after_the_key(void **state)
{
#define RESET                                                                              \
	OFFERS(95)                                                                         \
	ACCEPTS(95) "Read from remote host vpn.example: Connection reset by peer\r\n"
	static const struct ssh_sample samples[] = {
	    {255, ACCEPTS(95), EXIT_LINK, "takes the key and then ends the login"},
	    {255, ACCEPTS(95) "Connection closed by 198.51.100.1 port 22\r\n", EXIT_LINK,
	     "takes the key and then ends the login"},
	    {255,
	     MORE(95) OFFERS(95) ACCEPTS(95)
		 FATAL(95) "Connection closed by 198.51.100.1 port 22\r\n",
	     EXIT_LINK, "vpn.example takes the key and then ends the login"},
	    /* The jump host's key is not the host's. */
	    {255, ACCEPTS(98), EXIT_LINK, "the ssh connection to vpn.example failed"},
	    {255, FATAL(95) "Connection closed by 198.51.100.1 port 22\r\n", EXIT_NO_HOST,
	     "vpn.example closed the connection"},
	    /* A line that has no tag of ssh's, and one that is only quoted. */
	    {255,
	     "Server accepts key: x\r\n" FATAL(
		 95) "Connection closed by 198.51.100.1 port 22\r\n",
	     EXIT_NO_HOST, "vpn.example closed the connection"},
	    {255,
	     BANNER(95, "x\n\f" ACCEPTS(95))
		 FATAL(95) "Connection closed by 198.51.100.1 port 22\r\n",
	     EXIT_NO_HOST, "vpn.example closed the connection"},
	};
	static const struct ssh_sample before_ready = {255, RESET, EXIT_LINK,
						       "takes the key and then ends"};
	static const struct ssh_sample after_ready = {255, RESET, EXIT_NO_HOST,
						      "was reset"};

	(void)state;
	assert_all_told(samples, COUNT(samples), BEFORE_SESSION);
	assert_told(&before_ready, IN_SESSION, ssh_error_explain);
	assert_told(&after_ready, (struct ssh_end){.session = true, .launched = PPP_PPPTUN},
		    ssh_error_explain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tells_what_became_of_the_key),
	    cmocka_unit_test(blames_the_key_that_cannot_be_used),
	    cmocka_unit_test(tells_how_far_the_login_came),
	    cmocka_unit_test(tells_a_locked_key_from_one_that_is_refused),
	    cmocka_unit_test(tells_where_the_passphrase_is_missing),
	    cmocka_unit_test(tells_a_login_that_ended_after_the_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
