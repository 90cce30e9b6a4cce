/* SPDX-License-Identifier: ISC */
#include "agent/net/modules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { LIST_PATH_MAX = 160 };

bool module_is_named(const char *line, const char *name)
{
	/* What follows the colon are the modules that it needs. */
	const size_t path = strcspn(line, ":\n"), len = strlen(name);
	const char *slash = memrchr(line, '/', path);

	if (slash == NULL || strncmp(slash + 1, name, len) != 0)
		return false;
	return strncmp(slash + 1 + len, ".ko", 3) == 0;
}

static bool list_names(const char *path, const char *name)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	bool found = false;

	if (file == NULL)
		return false;
	while (!found && getline(&line, &size, file) >= 0)
		found = module_is_named(line, name);
	free(line);
	fclose(file);
	return found;
}

bool module_is_there(const char *name)
{
	static const char *const lists[] = {"modules.dep", "modules.builtin"};
	char path[LIST_PATH_MAX];
	struct utsname kernel;

	if (uname(&kernel) != 0)
		return false;
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		snprintf(path, sizeof path, "/lib/modules/%s/%s", kernel.release, lists[i]);
		if (list_names(path, name))
			return true;
	}
	return false;
}

int module_device_look(const struct missing_device *device, const char *module,
		       struct error *err)
{
	int fd;

	if (access(device->path, F_OK) != 0)
		return missing_device(errno, device, err);
	if (!missing_driver_loaded(device))
		return module_is_there(module) ? 0 : missing_device(ENODEV, device, err);
	fd = open(device->path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return missing_device(errno, device, err);
	close(fd);
	return 0;
}
