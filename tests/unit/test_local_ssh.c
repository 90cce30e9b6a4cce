/* SPDX-License-Identifier: ISC */
/* The command lines of ssh, and the environment that it gets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "local/ssh.h"
#include "local/ssh_said.h"
#include "policy/language/paths.h"
#include "tests/unit/parse_text.h"
#include "unit.h"

#define CONTROL "/run/sallyport/connect/office/control/mux"

static struct profile profile_of(const char *lines)
{
	struct profile profile;
	struct error err;
	char text[1024];

	(void)snprintf(text, sizeof text, "%sEnd\n", lines);
	if (profile_parse("office.conf", "office", text, strlen(text), &profile, &err) != 0)
		fail_msg("profile: %s", err.text);
	return profile;
}

static int build(struct words *command, enum ssh_role role, const struct profile *profile,
		 const char *control)
{
	struct error err;

	return ssh_command_build(command, profile,
				 &(struct ssh_command){.role = role,
						       .host = profile->hosts[0].name,
						       .control = control,
						       .request = "sshroute"},
				 &err);
}

static struct words command_of(enum ssh_role role, const char *lines)
{
	static struct words command;
	const struct profile profile = profile_of(lines);

	assert_int_equal(0, build(&command, role, &profile, CONTROL));
	return command;
}

/* Where a word stands, or -1. */
static int find(const struct words *command, const char *word)
{
	for (size_t i = 0; i < command->argc; i++)
		if (strcmp(command->argv[i], word) == 0)
			return (int)i;
	return -1;
}

static void builds_the_connection(void **state)
{
	const struct words command = command_of(
	    SSH_MASTER, "Host vpn.example\nRunAs alice\nAccept address\nPort 2222\n"
			"IdentityFile /etc/key\nSshConfig /etc/vpn_ssh\n"
			"Account tunnel\nTimeout 7\nKeepalive 40\n");
	static const char *const wanted[] = {
	    "-T",
	    "-oBatchMode=yes",
	    "-oPubkeyAuthentication=yes",
	    "-oPreferredAuthentications=publickey",
	    ("-oLogVerbose=" SSH_SAID_VERBOSE),
	    "-oControlMaster=yes",
	    "-oControlPersist=no",
	    ("-oControlPath=" CONTROL),
	    "-oClearAllForwardings=yes",
	    "-oForwardAgent=no",
	    "-oPermitLocalCommand=no",
	    "-oConnectTimeout=7",
	    "-oPort=2222",
	    "-oIdentitiesOnly=yes",
	    "-oServerAliveInterval=14",
	    "-oServerAliveCountMax=3",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(wanted); i++)
		if (find(&command, wanted[i]) < 0)
			fail_msg("%s is missing", wanted[i]);
	assert_string_equal("/etc/key", command.argv[find(&command, "-i") + 1]);
	assert_string_equal("/etc/vpn_ssh", command.argv[find(&command, "-F") + 1]);
	assert_string_equal("tunnel", command.argv[find(&command, "-l") + 1]);
	/* Host and request end the line, and no host can be taken for an option. */
	assert_int_equal((int)command.argc - 3, find(&command, "--"));
	assert_string_equal("vpn.example", command.argv[command.argc - 2]);
	assert_string_equal("sshroute", command.argv[command.argc - 1]);
	assert_null(command.argv[command.argc]);
}

/* ssh counts as far as SSH_ALIVE_COUNT, or one interval further. */
static void a_dead_server_is_left_after_the_keepalive_and_soon(void **state)
{
	(void)state;
	for (unsigned keepalive = KEEPALIVE_MIN; keepalive <= KEEPALIVE_MAX; keepalive++) {
		const unsigned interval = ssh_alive_interval(keepalive);

		assert_true(interval * SSH_ALIVE_COUNT >= keepalive);
		assert_true(interval * (SSH_ALIVE_COUNT + 1) <= 2 * keepalive);
	}
}

static void leaves_to_ssh_what_the_profile_does_not_say(void **state)
{
	const struct words command =
	    command_of(SSH_MASTER, "Host v\nRunAs alice\nAccept address\n");

	(void)state;
	assert_int_equal(-1, find(&command, "-F"));
	assert_int_equal(-1, find(&command, "-i"));
	assert_int_equal(-1, find(&command, "-oIdentitiesOnly=yes"));
	for (size_t i = 0; i < command.argc; i++)
		assert_int_not_equal(0, strncmp(command.argv[i], "-oPort", 6));
}

static void never_connects_for_a_request(void **state)
{
	const struct words command =
	    command_of(SSH_REQUEST, "Host v\nRunAs alice\nAccept address\n");

	(void)state;
	assert_true(find(&command, "-oControlMaster=no") > 0);
	assert_true(find(&command, "-oProxyCommand=/bin/false") > 0);
	assert_true(find(&command, "-oControlPath=" CONTROL) > 0);
}

static void connects_by_itself_and_sends_no_input_for_one_request(void **state)
{
	const struct profile profile =
	    profile_of("Host v\nRunAs alice\nAccept address\nIdentityFile /etc/key\n");
	static struct words command;

	(void)state;
	assert_int_equal(0, build(&command, SSH_ALONE, &profile, NULL));
	assert_true(find(&command, "-n") > 0);
	assert_true(find(&command, "-oControlMaster=no") > 0);
	assert_true(find(&command, "-oControlPath=none") > 0);
	assert_true(find(&command, "-oIdentitiesOnly=yes") > 0);
	assert_true(find(&command, "-oConnectTimeout=30") > 0);
	assert_int_equal(-1, find(&command, "-oProxyCommand=/bin/false"));
}

static void refuses_a_socket_that_ssh_could_not_make(void **state)
{
	const struct profile profile = profile_of("Host v\nRunAs alice\nAccept address\n");
	char control[SSH_CONTROL_MAX + 1];
	static struct words command;

	(void)state;
	memset(control, 'x', sizeof(control));
	control[sizeof(control) - 1] = '\0';
	assert_int_equal(-1, build(&command, SSH_MASTER, &profile, control));
	control[sizeof(control) - 2] = '\0';
	assert_int_equal(0, build(&command, SSH_MASTER, &profile, control));
}

static void builds_an_environment_from_nothing(void **state)
{
	const struct run_as account = {.name = "alice", .uid = 4711, .home = "/home/alice"};
	struct words env;
	struct error err;

	(void)state;
	assert_int_equal(0, run_as_environment(&account, NULL, &env, &err));
	assert_string_equal("HOME=/home/alice", env.argv[0]);
	assert_string_equal("USER=alice", env.argv[1]);
	assert_string_equal("LOGNAME=alice", env.argv[2]);
	/* What stands in for ssh on the way to a jump host comes first. */
	assert_int_equal(0, strncmp(env.argv[3], "PATH=" PATH_JUMP_DIR ":/",
				    sizeof("PATH=" PATH_JUMP_DIR ":/") - 1));
	assert_null(env.argv[4]);
}

/* An agent's socket is lent to its owner alone. */
static void lends_an_agent_to_its_owner(void **state)
{
	struct run_as account = {.name = "alice", .home = "/home/alice", .uid = getuid()};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char dir[] = "/tmp/sallyport-test-XXXXXX", expected[128];
	struct words env;
	struct error err;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/agent", dir);
	snprintf(expected, sizeof(expected), "SSH_AUTH_SOCK=%s", address.sun_path);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_true(fd >= 0);
	assert_int_equal(0, bind(fd, (struct sockaddr *)&address, sizeof(address)));
	assert_int_equal(0, run_as_environment(&account, address.sun_path, &env, &err));
	assert_string_equal(expected, env.argv[4]);
	account.uid++;
	assert_int_equal(0, run_as_environment(&account, address.sun_path, &env, &err));
	assert_null(env.argv[4]);
	account.uid--;
	assert_int_equal(0, run_as_environment(&account, dir, &env, &err));
	assert_null(env.argv[4]);
	close(fd);
	unlink(address.sun_path);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(builds_the_connection),
	    cmocka_unit_test(a_dead_server_is_left_after_the_keepalive_and_soon),
	    cmocka_unit_test(leaves_to_ssh_what_the_profile_does_not_say),
	    cmocka_unit_test(never_connects_for_a_request),
	    cmocka_unit_test(connects_by_itself_and_sends_no_input_for_one_request),
	    cmocka_unit_test(refuses_a_socket_that_ssh_could_not_make),
	    cmocka_unit_test(builds_an_environment_from_nothing),
	    cmocka_unit_test(lends_an_agent_to_its_owner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
