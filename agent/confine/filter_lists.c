/* SPDX-License-Identifier: ISC */
/*
 * The allow-lists as data, grouped by what each group is for. `make seccomp-trace` prints
 * what Debian's pppd 2.4.9 never asks for. What is here all the same is what other C
 * libraries and other versions of pppd ask for in its place (open for openat, poll for
 * select, time for clock_gettime, capget and ppoll from pppd 2.5 on), and what errors and
 * ends of lines need. What only options ask for that no plan has (compression, header
 * compression, demand, multilink) is not here.
 */
#include "agent/confine/filter_lists.h"

#include <asm/termbits.h> /* struct termios2, in the numbers of TCGETS2 and its like */
#include <fcntl.h>
#include <linux/filter.h> /* struct sock_fprog, in the numbers of PPPIOCSPASS and PPPIOCSACTIVE */
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/netlink.h>
#include <linux/ppp-ioctl.h>
#include <linux/sockios.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#define CALL(name) SCMP_SYS(name)
/* clang-format off */
#define VALUE(name) {(unsigned)(name), #name}
#define NO_MORE_VALUES {FILTER_VALUES_END, NULL}
#define OPTION(level, option) {level, option, #level " " #option}
#define NO_MORE_OPTIONS {0, 0, NULL}
#define SOCKET(family, type, protocol) \
	{family, type, protocol, #family " " #type " " #protocol}
/* clang-format on */

/* A stranger's bytes are parsed with nothing but this. */
const int filter_parser_calls[] = {
    CALL(read), CALL(write), CALL(exit), CALL(exit_group), CALL(rt_sigreturn), FILTER_END,
};

/*
 * What children of vpn-connect write is read with nothing but this, for months: waiting for
 * it, also across SIGSTOP and a suspended machine (restart_syscall), and the clock where
 * reading it is a call.
 */
const int filter_reader_calls[] = {
    CALL(read),		CALL(write),	     CALL(poll),
    CALL(ppoll),	CALL(clock_gettime), CALL(restart_syscall),
    CALL(rt_sigreturn), CALL(exit),	     CALL(exit_group),
    FILTER_END,
};

/* The agent's own answer: sessions have been read already, the log is open. */
const int filter_answer_calls[] = {
    CALL(read),		CALL(write),  CALL(exit_group),
    CALL(rt_sigreturn), CALL(getpid), CALL(clock_gettime),
    CALL(gettimeofday), CALL(time),   FILTER_END,
};

/*
 * What any dynamically linked program does before main() and while it ends. mmap(2),
 * mprotect(2) and sendto(2), which the log takes, have conditions: filter_rules.c.
 */
const int filter_program_calls[] = {
    /* memory */
    CALL(brk),
    CALL(munmap),
    CALL(mremap),
    CALL(madvise),
    /* files of the loader; Landlock says which */
    CALL(openat),
    CALL(open),
    CALL(close),
    CALL(read),
    CALL(pread64),
    CALL(write),
    CALL(writev),
    CALL(fstat),
    CALL(newfstatat),
    CALL(stat),
    CALL(lstat),
    CALL(statx),
    CALL(access),
    CALL(faccessat),
    CALL(faccessat2),
    CALL(lseek),
    CALL(readlink),
    CALL(readlinkat),
    /* the C library's start */
    CALL(arch_prctl),
    CALL(set_tid_address),
    CALL(set_robust_list),
    CALL(rseq),
    CALL(futex),
    CALL(getrlimit),
    CALL(getrandom),
    CALL(uname),
    /* time, signals, the end */
    CALL(clock_gettime),
    CALL(gettimeofday),
    CALL(time),
    CALL(rt_sigaction),
    CALL(rt_sigprocmask),
    CALL(rt_sigreturn),
    CALL(restart_syscall),
    CALL(getpid),
    CALL(gettid),
    CALL(exit),
    CALL(exit_group),
    /* who am I */
    CALL(getuid),
    CALL(geteuid),
    CALL(getgid),
    CALL(getegid),
    CALL(getppid),
    FILTER_END,
};

const int filter_pppd_calls[] = {
    /* waiting for frames and for its copying process */
    CALL(select),
    CALL(pselect6),
    CALL(poll),
    CALL(ppoll),
    CALL(wait4),
    CALL(nanosleep),
    CALL(clock_nanosleep),
    CALL(alarm),
    CALL(setitimer),
    /* descriptors; which operations of fcntl is said below */
    CALL(dup),
    CALL(dup2),
    CALL(dup3),
    CALL(pipe),
    CALL(pipe2),
    CALL(umask),
    /*
     * Sockets: which families is said below. Where connect(2), by which syslog(3) gets to
     * the log, and sendmsg(2), by which pppd speaks rtnetlink, lead to stands in memory,
     * where no filter looks: other datagram sockets are within their reach.
     */
    CALL(connect),
    CALL(bind),
    CALL(sendmsg),
    CALL(recvmsg),
    CALL(getsockname),
    /* its process group and session; ids it has no capability to change; its own capability
     */
    CALL(setsid),
    CALL(setpgid),
    CALL(getpgrp),
    CALL(getsid),
    CALL(kill),
    CALL(getresuid),
    CALL(getresgid),
    CALL(getgroups),
    CALL(setuid),
    CALL(setgid),
    CALL(setresuid),
    CALL(setresgid),
    CALL(capget),
    CALL(chdir),
    CALL(times),
    FILTER_END,
};

/*
 * No lock of any kind: the descriptor that holds the session's lock is open in the target,
 * and must not serve to take or to block another peer's.
 */
const struct filter_value filter_pppd_fcntls[] = {
    VALUE(F_DUPFD), VALUE(F_DUPFD_CLOEXEC), VALUE(F_GETFD), VALUE(F_SETFD),
    VALUE(F_GETFL), VALUE(F_SETFL),	    NO_MORE_VALUES,
};

/*
 * Hooks yes: shells and what they start, which may compile as they run. Still one
 * capability, no new privileges, Landlock.
 */
const int filter_hook_calls[] = {
    CALL(execve),      CALL(vfork),	CALL(fchdir),	       CALL(getdents),
    CALL(rename),      CALL(renameat2), CALL(mkdir),	       CALL(unlinkat),
    CALL(chmod),       CALL(utimensat), CALL(getrusage),       CALL(rt_sigsuspend),
    CALL(sigaltstack), CALL(waitid),	CALL(listen),	       CALL(shutdown),
    CALL(ioctl),       CALL(fadvise64), CALL(copy_file_range), CALL(sendfile),
    CALL(statfs),      CALL(mmap),	CALL(mprotect),	       CALL(sendto),
    CALL(setsockopt),  FILTER_END,
};

/* rtnetlink and nothing else: no other socket can be made that could be bound. */
const int filter_sshroute_calls[] = {
    CALL(bind), CALL(getsockname), CALL(recvmsg), CALL(poll), CALL(ppoll), FILTER_END,
};

const struct filter_socket filter_sshroute_sockets[] = {
    SOCKET(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE),
    {0, 0, 0, NULL},
};

/*
 * Named one by one: CAP_NET_ADMIN makes some of any socket change the whole host: packet
 * filters by IPT_SO_SET_REPLACE and its like, virtual servers, IPsec.
 */
const struct filter_option filter_pppd_options[] = {
    OPTION(SOL_NETLINK, NETLINK_CAP_ACK),
    NO_MORE_OPTIONS,
};

const struct filter_option filter_netlink_options[] = {
    OPTION(SOL_NETLINK, NETLINK_CAP_ACK),
    OPTION(SOL_NETLINK, NETLINK_EXT_ACK),
    OPTION(SOL_NETLINK, NETLINK_GET_STRICT_CHK),
    OPTION(SOL_SOCKET, SO_RCVTIMEO),
    NO_MORE_OPTIONS,
};

/* The log, where vpn-connect starts ppptun, which then opens its own. */
const struct filter_option filter_log_options[] = {
    OPTION(SOL_SOCKET, SO_SNDTIMEO),
    NO_MORE_OPTIONS,
};

/* Reading back what is in force: proof_filter(). libcap-ng's constructor asks as well. */
const struct filter_value filter_read_back_prctls[] = {
    VALUE(PR_GET_SECCOMP),    VALUE(PR_GET_NO_NEW_PRIVS),
    VALUE(PR_GET_SECUREBITS), VALUE(PR_CAPBSET_READ),
    NO_MORE_VALUES,
};

/*
 * The log; what interface ioctls are asked of; rtnetlink. No stream of any family: services
 * that listen on one (systemd's among them) trust a peer whose uid is 0, and Landlock does
 * not come between. No TCP, MPTCP or SCTP, and no other netlink protocol.
 */
const struct filter_socket filter_pppd_sockets[] = {
    SOCKET(AF_UNIX, SOCK_DGRAM, 0),
    SOCKET(AF_INET, SOCK_DGRAM, 0),
    SOCKET(AF_INET6, SOCK_DGRAM, 0),
    SOCKET(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE),
    {0, 0, 0, NULL},
};

/*
 * Named one by one: TIOCSTI and TIOCLINUX (CVE-2017-5226, CVE-2023-28339) are not among
 * them, nor PPPIOCATTACH, which takes hold of a unit that exists: another session's.
 */
const struct filter_value filter_pppd_ioctls[] = {
    /* terminals: modes, discipline, modem lines, size, exclusive use, a pty of its own */
    VALUE(TCGETS),
    VALUE(TCSETS),
    VALUE(TCSETSW),
    VALUE(TCSETSF),
/* The same with any speed: all that pppd 2.5 and later use. */
#ifdef TCGETS2
    VALUE(TCGETS2),
    VALUE(TCSETS2),
    VALUE(TCSETSW2),
    VALUE(TCSETSF2),
#endif
    VALUE(TCFLSH),
    VALUE(TIOCGETD),
    VALUE(TIOCSETD),
    VALUE(TIOCMGET),
    VALUE(TIOCMSET),
    VALUE(TIOCMBIS),
    VALUE(TIOCMBIC),
    VALUE(TIOCGWINSZ),
    VALUE(TIOCEXCL),
    VALUE(TIOCNXCL),
    VALUE(TIOCNOTTY),
    VALUE(TIOCSCTTY),
    VALUE(TIOCGPTN),
    VALUE(TIOCSPTLCK),
    VALUE(TIOCGPGRP),
    VALUE(TIOCSPGRP),
    VALUE(TIOCSERGETLSR),
    VALUE(TIOCOUTQ),
    VALUE(FIONREAD),
    VALUE(FIONBIO),
    /* PPP channels and units (Documentation/networking/ppp_generic.rst) */
    VALUE(PPPIOCGFLAGS),
    VALUE(PPPIOCSFLAGS),
    VALUE(PPPIOCGASYNCMAP),
    VALUE(PPPIOCSASYNCMAP),
    VALUE(PPPIOCGUNIT),
    VALUE(PPPIOCSRASYNCMAP),
    VALUE(PPPIOCSMRU),
    VALUE(PPPIOCSXASYNCMAP),
    VALUE(PPPIOCSNPMODE),
    VALUE(PPPIOCSDEBUG),
    VALUE(PPPIOCGIDLE),
    VALUE(PPPIOCSPASS),
    VALUE(PPPIOCSACTIVE),
    VALUE(PPPIOCNEWUNIT),
    VALUE(PPPIOCDETACH),
    VALUE(PPPIOCCONNECT),
    VALUE(PPPIOCDISCONN),
    VALUE(PPPIOCATTCHAN),
    VALUE(PPPIOCGCHAN),
    /* its own interface: flags, addresses, size, name, statistics */
    VALUE(SIOCGIFFLAGS),
    VALUE(SIOCSIFFLAGS),
    VALUE(SIOCGIFADDR),
    VALUE(SIOCSIFADDR),
    VALUE(SIOCDIFADDR),
    VALUE(SIOCGIFDSTADDR),
    VALUE(SIOCSIFDSTADDR),
    VALUE(SIOCGIFNETMASK),
    VALUE(SIOCSIFNETMASK),
    VALUE(SIOCGIFMTU),
    VALUE(SIOCSIFMTU),
    VALUE(SIOCGIFINDEX),
    VALUE(SIOCGIFNAME),
    VALUE(SIOCSIFNAME),
    VALUE(SIOCGIFCONF),
    VALUE(SIOCSIFTXQLEN),
    VALUE(SIOCGPPPSTATS),
    VALUE(SIOCGPPPVER),
    NO_MORE_VALUES,
};

/* ppptun, until it has its device: rtnetlink, the log, and what it confines itself with. */
const int filter_ppptun_calls[] = {
    /* the agent's own last steps */
    CALL(dup2),
    CALL(dup3),
    CALL(alarm),
    /* the device's addresses, and the log, which no peer has spoken to yet */
    CALL(bind),
    CALL(connect),
    CALL(getsockname),
    CALL(recvmsg),
    /* getifaddrs(3), which names the kernel by its address: to any other as well, so far */
    CALL(sendto),
    /* the line, and signals */
    CALL(signalfd4),
    CALL(readv),
    CALL(poll),
    CALL(ppoll),
    /* giving up the rest */
    CALL(capget),
    CALL(capset),
    CALL(seccomp),
    CALL(landlock_create_ruleset),
    CALL(landlock_add_rule),
    CALL(landlock_restrict_self),
    FILTER_END,
};

const struct filter_value filter_ppptun_prctls[] = {
    /* vpn-connect's last step before it becomes ppptun, which ids that change undo */
    VALUE(PR_SET_PDEATHSIG),
    /* giving up the rest */
    VALUE(PR_SET_DUMPABLE),
    VALUE(PR_SET_NO_NEW_PRIVS),
    VALUE(PR_CAP_AMBIENT), /* the constructor of libcap-ng */
    NO_MORE_VALUES,
};

const struct filter_socket filter_ppptun_sockets[] = {
    SOCKET(AF_UNIX, SOCK_DGRAM, 0),
    SOCKET(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE),
    {0, 0, 0, NULL},
};

const struct filter_value filter_ppptun_ioctls[] = {
    VALUE(TUNSETIFF),
    VALUE(TUNSETVNETHDRSZ),
    VALUE(TUNGETVNETHDRSZ),
    VALUE(TUNSETOFFLOAD),
    VALUE(TUNSETCARRIER),
    VALUE(TCGETS),
    VALUE(TCSETS),
    /* a device that was there before */
    VALUE(TUNGETIFF),
    VALUE(SIOCGIFFLAGS),
    VALUE(SIOCGIFMTU),
    NO_MORE_VALUES,
};

/* And then: packets and frames, time, the log's last lines, the terminal as it was. */
const int filter_tunnel_calls[] = {
    CALL(read),		CALL(write), CALL(readv),	    CALL(writev),
    CALL(poll),		CALL(ppoll), CALL(restart_syscall), CALL(clock_gettime),
    CALL(gettimeofday), CALL(time),  CALL(getpid),	    CALL(rt_sigreturn),
    CALL(exit_group),	FILTER_END,
};

const struct filter_value filter_tunnel_ioctls[] = {
    VALUE(TUNSETCARRIER),
    VALUE(TCSETS),
    NO_MORE_VALUES,
};
