/* SPDX-License-Identifier: ISC */
/*
 * Stands in pppd's place where the kernel has no PPP and a test wants a link: takes pppd's
 * command line, makes the interface that it names (one end of a veth pair, which has a
 * carrier like a link that is up) with the two addresses, and takes it away again when its
 * terminal is hung up or it is told to end. Runs under pppd's confinement, so by netlink
 * alone.
 *
 *     link_standin TTY|notty … LOCAL:REMOTE … ifname NAME
 *
 * Called as link_standin-exit-N it ends at once with status N; as link_standin-idle it
 * makes nothing and waits; as link_standin-deaf it also ignores SIGTERM.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <net/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FAR_END "far-end"

static volatile sig_atomic_t told;

static void on_signal(int number)
{
	told = number;
}

/* Sends one request and reads its acknowledgement: 0, or -1. */
static int ask(struct nlmsghdr *message)
{
	char answer[8192];
	struct mnl_socket *nl = mnl_socket_open(NETLINK_ROUTE);
	ssize_t len = -1;
	int result = -1;

	if (nl == NULL)
		return -1;
	message->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	message->nlmsg_seq = 1;
	if (mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) == 0 &&
	    /* No address: its filter lets none be named. */
	    send(mnl_socket_get_fd(nl), message, message->nlmsg_len, 0) >= 0)
		len = mnl_socket_recvfrom(nl, answer, sizeof(answer));
	if (len > 0)
		result = mnl_cb_run(answer, (size_t)len, 1, mnl_socket_get_portid(nl), NULL,
				    NULL);
	mnl_socket_close(nl);
	return result < 0 ? -1 : 0;
}

static struct nlmsghdr *begin_link(char *buf, uint16_t type, const char *name)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *body = mnl_nlmsg_put_extra_header(message, sizeof(*body));

	message->nlmsg_type = type;
	body->ifi_flags = body->ifi_change = type == RTM_NEWLINK ? IFF_UP : 0;
	mnl_attr_put_strz(message, IFLA_IFNAME, name);
	return message;
}

static int make_link(const char *name)
{
	char buf[4096];
	struct nlmsghdr *message = begin_link(buf, RTM_NEWLINK, name);
	struct nlattr *info, *data, *peer;

	message->nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
	info = mnl_attr_nest_start(message, IFLA_LINKINFO);
	mnl_attr_put_strz(message, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
	peer = mnl_attr_nest_start(message, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(message, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(message, IFLA_IFNAME, FAR_END);
	mnl_attr_nest_end(message, peer);
	mnl_attr_nest_end(message, data);
	mnl_attr_nest_end(message, info);
	/* The far end cannot be up before the near one exists (drivers/net/veth.c). */
	return ask(message) != 0 ? -1 : ask(begin_link(buf, RTM_NEWLINK, FAR_END));
}

static int add_pair(const char *name, const char *local, const char *remote)
{
	char buf[1024];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buf);
	struct ifaddrmsg *body = mnl_nlmsg_put_extra_header(message, sizeof(*body));
	struct in_addr ends[2];

	if (inet_pton(AF_INET, local, &ends[0]) != 1 ||
	    inet_pton(AF_INET, remote, &ends[1]) != 1)
		return -1;
	message->nlmsg_type = RTM_NEWADDR;
	message->nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
	body->ifa_family = AF_INET;
	body->ifa_prefixlen = 32;
	body->ifa_index = if_nametoindex(name);
	mnl_attr_put(message, IFA_LOCAL, sizeof(ends[0]), &ends[0]);
	mnl_attr_put(message, IFA_ADDRESS, sizeof(ends[1]), &ends[1]);
	return ask(message);
}

static void remove_link(const char *name)
{
	char buf[1024];

	ask(begin_link(buf, RTM_DELLINK, name));
}

/* Until the other side of the terminal is closed, or a signal comes. */
static void wait_for_end(const char *tty)
{
	const int fd =
	    strcmp(tty, "notty") == 0 ? STDIN_FILENO : open(tty, O_RDWR | O_NOCTTY);
	struct pollfd line = {.fd = fd, .events = POLLIN};
	char bytes[256];

	while (fd >= 0 && told == 0) {
		if (poll(&line, 1, -1) > 0 && read(fd, bytes, sizeof(bytes)) <= 0)
			return;
	}
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/'),
		   *self = slash != NULL ? slash + 1 : argv[0];
	const struct sigaction end = {.sa_handler = on_signal},
			       ignore = {.sa_handler = SIG_IGN};
	char *local = NULL, *remote = NULL, *name = NULL;
	/* Its command line stays as it is: tests read it. */
	char pair[256];

	if (strncmp(self, "link_standin-exit-", 18) == 0)
		return atoi(self + 18);
	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i - 1], "ifname") == 0)
			name = argv[i];
		if (strchr(argv[i], ':') != NULL && strchr(argv[i], '.') != NULL) {
			snprintf(pair, sizeof(pair), "%s", argv[i]);
			remote = pair;
			local = strsep(&remote, ":");
		}
	}
	sigaction(SIGTERM, strcmp(self, "link_standin-deaf") == 0 ? &ignore : &end, NULL);
	if (strcmp(self, "link_standin-idle") == 0 ||
	    strcmp(self, "link_standin-deaf") == 0) {
		wait_for_end(argv[1]);
		return 5;
	}
	if (name == NULL || local == NULL || make_link(name) != 0 ||
	    add_pair(name, local, remote) != 0) {
		perror("link_standin");
		return 1;
	}
	wait_for_end(argv[1]);
	remove_link(name);
	return told != 0 ? 5 : 16;
}
