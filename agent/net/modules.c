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

static enum module_there list_names(const char *path, const char *name)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	bool found = false;

	if (file == NULL)
		return MODULE_UNKNOWN;
	while (!found && getline(&line, &size, file) >= 0)
		found = module_is_named(line, name);
	free(line);
	fclose(file);
	return found ? MODULE_THERE : MODULE_MISSING;
}

enum module_there module_look(const char *name)
{
	static const char *const lists[] = {"modules.builtin", "modules.dep"};
	/* Of a kernel that loads none there need be no list. */
	enum module_there there =
	    access("/proc/modules", F_OK) == 0 ? MODULE_UNKNOWN : MODULE_MISSING;
	char path[LIST_PATH_MAX];
	struct utsname kernel;

	if (uname(&kernel) != 0)
		return there;
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		enum module_there one;

		snprintf(path, sizeof path, "/lib/modules/%s/%s", kernel.release, lists[i]);
		one = list_names(path, name);
		if (one == MODULE_THERE)
			return one;
		if (one == MODULE_MISSING)
			there = one;
	}
	return there;
}

int module_device_look(const struct missing_device *device, const char *module, bool *sure,
		       struct error *err)
{
	enum module_there there;
	int fd;

	if (sure != NULL)
		*sure = true;
	if (access(device->path, F_OK) != 0)
		return missing_device(errno, device, err);
	if (!missing_driver_loaded(device)) {
		there = module_look(module);
		if (sure != NULL)
			*sure = there != MODULE_UNKNOWN;
		return there != MODULE_MISSING ? 0 : missing_device(ENODEV, device, err);
	}
	fd = open(device->path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return missing_device(errno, device, err);
	close(fd);
	return 0;
}
