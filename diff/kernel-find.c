// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's files that nobody named: the vmlinux beside vmlinux.o or at the top
 * of the build tree that the object is in, and the module's .ko on the way there.
 */
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <klp/diff.h>

/* A file, that is: a home directory has a directory .config. */
static const char *readable(struct diff *d, const char *dir, const char *name)
{
	const char *path = arena_printf(d->arena, "%s/%s", dir, name);
	struct stat st;

	return stat(path, &st) || !S_ISREG(st.st_mode) || access(path, R_OK) ? NULL : path;
}

static void close_dir(void *arg)
{
	DIR **entries = arg;

	if (*entries)
		closedir(*entries);
	*entries = NULL;
}

/* The .ko in dir that has the object's name, however that is written. */
static const char *module_in(struct diff *d, const char *dir)
{
	const char *found = NULL;
	DIR **entries = arena_alloc(d->arena, sizeof(*entries));
	struct dirent *e;

	arena_defer(d->arena, close_dir, entries);
	*entries = opendir(dir);
	while (*entries && (e = readdir(*entries))) {
		size_t len = strlen(e->d_name);

		if (len > 3 && !strcmp(e->d_name + len - 3, ".ko") &&
		    !strcmp(module_name_of_path(d->arena, e->d_name), d->object))
			found = arena_strdup(d->arena, e->d_name);
	}
	close_dir(entries);
	return found ? readable(d, dir, found) : NULL;
}

static void add(struct diff *d, const char *path)
{
	d->kernel_paths = arena_grow(d->arena, d->kernel_paths, d->nr_kernels, &d->cap_kernels,
				     sizeof(*d->kernel_paths));
	d->kernel_paths[d->nr_kernels++] = path;
}

/* Upwards from the object to the top of its tree (.config), or of a module's own (Module.symvers).
 */
static void search(struct diff *d, const char *object_path)
{
	bool vmlinux = !strcmp(d->object, "vmlinux"), module_found = vmlinux, first = true;
	char *dir = arena_alloc(d->arena, PATH_MAX);
	char *slash = realpath(object_path, dir) ? strrchr(dir, '/') : NULL;
	bool beside = slash && !strcmp(slash + 1, "vmlinux.o");

	for (; slash; slash = strrchr(dir, '/')) {
		const char *found;
		bool top;

		*slash = '\0';
		top = readable(d, dir, ".config") != NULL;
		found = module_found ? NULL : module_in(d, dir);
		if (found)
			add(d, found);
		module_found |= found || readable(d, dir, "Module.symvers");
		found = top || (first && beside) ? readable(d, dir, "vmlinux") : NULL;
		if (found)
			add(d, found);
		if (found || top)
			break;
		first = false;
	}
}

void diff_find_kernel_files(struct diff *d)
{
	bool none = false;

	for (size_t i = 0; i < d->opts->nr_kernels; i++) {
		if (!strcmp(d->opts->kernels[i], "none"))
			none = true;
		else
			add(d, d->opts->kernels[i]);
	}
	d->kernels_found = !d->nr_kernels && !none;
	if (!d->kernels_found)
		return;
	search(d, d->orig.elf->path);
	if (!d->nr_kernels)
		search(d, d->patched.elf->path);
}
