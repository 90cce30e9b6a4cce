/* SPDX-License-Identifier: ISC */
#include "tests/unit/resolved_played.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "tests/unit/unit.h"

#define RESOLVED "org.freedesktop.resolve1"

static char dir[] = "/tmp/sallyport-test-XXXXXX";
static struct sockaddr_un address = {.sun_family = AF_UNIX};
static pid_t child;
/* In the child: the connection ends without an answer. */
static bool gone;

int __real_sd_bus_set_address(sd_bus *bus, const char *text);
int __wrap_sd_bus_set_address(sd_bus *bus, const char *text);
int __wrap_sd_bus_set_address(sd_bus *bus, const char *text)
{
	char ours[PLAYED_ADDRESS_MAX];

	assert_string_equal("unix:path=/run/dbus/system_bus_socket", text);
	snprintf(ours, sizeof ours, "unix:path=%s", address.sun_path);
	return __real_sd_bus_set_address(bus, ours);
}

static int answer_property(sd_bus_message *call)
{
	const char *interface, *name;

	if (sd_bus_message_read(call, "ss", &interface, &name) < 0)
		return -1;
	if (strcmp(name, "DNS") == 0)
		return sd_bus_reply_method_return(call, "v", "a(iay)", 1, AF_INET, 4, 10, 2,
						  0, 53);
	if (strcmp(name, "Domains") == 0)
		return sd_bus_reply_method_return(call, "v", "a(sb)", 1, "corp.example", 0);
	return sd_bus_reply_method_return(call, "v", "b", 0);
}

static int answer_resolved(struct played *played, sd_bus_message *call, const char *member)
{
	const size_t used = strlen(played->calls);

	snprintf(played->calls + used, sizeof played->calls - used, "%s%s",
		 used > 0 ? " " : "", member);
	usleep((useconds_t)played->delay_ms * 1000);
	if (strcmp(member, played->last) == 0) {
		played->last[0] = '\0';
		gone = true;
		return 0;
	}
	if (strcmp(member, played->refused) == 0)
		return sd_bus_reply_method_errorf(call, played->error, "%s", played->text);
	if (strcmp(member, "GetLink") == 0)
		return sd_bus_reply_method_return(call, "o",
						  "/org/freedesktop/resolve1/link/_31");
	if (strcmp(member, "Get") == 0)
		return answer_property(call);
	return sd_bus_reply_method_return(call, "");
}

static int answer(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	const char *const member = sd_bus_message_get_member(call),
			  *const to = sd_bus_message_get_destination(call);
	int code;

	(void)error;
	if (member == NULL || to == NULL)
		return 0;
	if (strcmp(to, RESOLVED) == 0)
		code = answer_resolved(userdata, call, member);
	else if (strcmp(member, "Hello") == 0)
		code = sd_bus_reply_method_return(call, "s", ":1.1");
	else if (strcmp(member, "NameHasOwner") == 0)
		code = sd_bus_reply_method_return(call, "b", 1);
	else
		code = sd_bus_reply_method_return(call, "");
	return code < 0 ? code : 1;
}

/* Until the other end closes it, or it has to go away. */
static void serve(int fd, struct played *played)
{
	sd_bus *bus = NULL;
	const sd_id128_t id = {.bytes = {1}};
	int code = sd_bus_new(&bus);

	if (code >= 0)
		code = sd_bus_set_fd(bus, fd, fd);
	if (code >= 0)
		code = sd_bus_set_server(bus, 1, id);
	if (code >= 0)
		code = sd_bus_add_filter(bus, NULL, answer, played);
	if (code >= 0)
		code = sd_bus_start(bus);
	for (gone = false; code >= 0 && !gone;) {
		code = sd_bus_process(bus, NULL);
		if (code == 0)
			code = sd_bus_wait(bus, UINT64_MAX);
	}
	sd_bus_close_unref(bus);
}

__attribute__((noreturn)) static void play(int listener, struct played *played)
{
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0)
		serve(fd, played);
	_exit(0);
}

int played_begin(void **state)
{
	struct played *const played = mmap(NULL, sizeof *played, PROT_READ | PROT_WRITE,
					   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_ptr_not_equal(MAP_FAILED, played);
	snprintf(dir, sizeof dir, "/tmp/sallyport-test-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(address.sun_path, sizeof address.sun_path, "%s/bus", dir);
	assert_int_equal(0,
			 bind(listener, (const struct sockaddr *)&address, sizeof address));
	assert_int_equal(0, listen(listener, 8));
	child = fork();
	if (child == 0)
		play(listener, played);
	assert_true(child > 0);
	close(listener);
	*state = played;
	return 0;
}

void played_stop(void)
{
	kill(child, SIGKILL);
	assert_int_equal(child, waitpid(child, NULL, 0));
	child = 0;
}

int played_end(void **state)
{
	if (child != 0)
		played_stop();
	unlink(address.sun_path);
	assert_int_equal(0, rmdir(dir));
	return munmap(*state, sizeof(struct played));
}
