/* SPDX-License-Identifier: ISC */
/*
 * Stands in sshd's place: says what is in /etc/played, then is the real one. A script would
 * not do, as what audit runs is a descriptor.
 */
#include <fcntl.h>
#include <stddef.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	static char real[] = "/usr/sbin/sshd.real";
	char bytes[4096];
	const int fd = open("/etc/played", O_RDONLY | O_CLOEXEC);
	const ssize_t len = fd < 0 ? -1 : read(fd, bytes, sizeof bytes);

	if (argc < 1 || len < 0 || write(STDOUT_FILENO, bytes, (size_t)len) != len)
		return 1;
	argv[0] = real;
	execv(real, argv);
	return 1;
}
