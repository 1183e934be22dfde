// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The run's environment: the name of the kernel object, the kernel's exports, and the linked
 * kernel, in which positions are counted.
 *
 * Files that the user did not name are looked for: the vmlinux beside vmlinux.o or at the top of
 * the build tree that the object is in, and the module's .ko on the way there.  For example, for
 * /build/drivers/net/foo.o these are /build/drivers/net/foo.ko, and /build/vmlinux if /build has
 * a .config.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <klp/infile.h>
#include <klp/livepatch.h>

#include "internal.h"

/* A file, that is: a home directory has a directory .config. */
static const char *readable(struct diff *d, const char *dir, const char *name)
{
	const char *path = arena_printf(d->arena, "%s/%s", dir, name);
	struct stat st;

	return stat(path, &st) || !S_ISREG(st.st_mode) || access(path, R_OK) ? NULL : path;
}

/* The .ko in dir that has the object's name, however that is written. */
static const char *module_in(struct diff *d, const char *dir)
{
	const char **names, *found = NULL;
	size_t nr;

	infile_names(d->arena, dir, &names, &nr);
	for (size_t i = 0; i < nr; i++) {
		size_t len = strlen(names[i]);

		if (len > 3 && !strcmp(names[i] + len - 3, ".ko") &&
		    !strcmp(kernel_module_of_path(d->arena, names[i]), d->ctx.object))
			found = names[i];
	}
	return found ? readable(d, dir, found) : NULL;
}

static void add(struct diff *d, const char *path)
{
	d->ctx.kernel_paths = arena_grow(d->arena, d->ctx.kernel_paths, d->ctx.nr_kernels,
					 &d->ctx.cap_kernels, sizeof(*d->ctx.kernel_paths));
	d->ctx.kernel_paths[d->ctx.nr_kernels++] = path;
}

/* Upwards from the object to the top of its tree (.config), or of a module's own (Module.symvers).
 */
static void search(struct diff *d, const char *object_path)
{
	bool vmlinux = !strcmp(d->ctx.object, "vmlinux"), module_found = vmlinux, first = true;
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

/* ---- kernel_paths, as the user says or found beside the objects ---- */
static void diff_find_kernel_files(struct diff *d)
{
	bool none = false;

	for (size_t i = 0; i < d->opts->nr_kernels; i++) {
		if (!strcmp(d->opts->kernels[i], "none"))
			none = true;
		else
			add(d, d->opts->kernels[i]);
	}
	d->ctx.kernels_found = !d->ctx.nr_kernels && !none;
	if (!d->ctx.kernels_found)
		return;
	search(d, d->orig->elf->path);
	if (!d->ctx.nr_kernels)
		search(d, d->patched->elf->path);
}

/* ---- the object's name ---- */

static const char *modinfo_name(const struct elf *elf)
{
	uint64_t at = 0;
	const char *name = elf_modinfo(elf, "name=", &at);

	return name && *name ? name : NULL;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The whole of a small text file, or NULL. */
static char *read_file(struct diff *d, const char *path)
{
	FILE *f = infile_open(d->arena, path);
	char *text;
	size_t n;

	if (!f)
		return NULL;
	text = arena_alloc(d->arena, 1 << 16);
	n = fread(text, 1, (1 << 16) - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

/*
 * kbuild keeps the command of dir/NAME.o in dir/.NAME.o.cmd; it defines
 * KBUILD_MODNAME, and MODULE for what goes into a module (scripts/Makefile.lib).
 */
static const char *kbuild_name(struct diff *d, const char *path)
{
	const char *base = base_name(path), *name, *end;
	char *text = read_file(d, arena_printf(d->arena, "%.*s.%s.cmd", (int)(base - path), path,
					       base));

	if (!text)
		return NULL;
	if (!strstr(text, " -DMODULE"))
		return strstr(text, "-DKBUILD_MODFILE") ? "vmlinux" : NULL;
	name = strstr(text, "-DKBUILD_MODNAME=");
	if (!name)
		return NULL;
	name += strlen("-DKBUILD_MODNAME=");
	name += strspn(name, "'\"\\");
	end = name + strcspn(name, "'\"\\ \n");
	return end > name ? arena_strndup(d->arena, name, (size_t)(end - name)) : NULL;
}

/* The kernel has to find it, and to parse it in the names of livepatch symbols. */
static int check_object_name(struct diff *d, const char *from)
{
	const char *wrong = klp_name_check_object(d->ctx.object, strlen(d->ctx.object));
	struct diag_where where = { .object = d->patched->elf->path };

	if (!wrong)
		return 0;
	return diag_error(d->diag, &where, "object-name",
			  "'%s' (%s) cannot be the name of a kernel object: %s", d->ctx.object,
			  from, wrong);
}

static int find_object_name(struct diff *d)
{
	const char *paths[] = { d->orig->elf->path, d->patched->elf->path };
	const char *name = d->opts->object_name, *from = "--object";

	if (!name) {
		name = modinfo_name(d->orig->elf) ?: modinfo_name(d->patched->elf);
		from = ".modinfo";
	}
	for (int i = 0; i < 2 && !name; i++) {
		if (!strcmp(base_name(paths[i]), "vmlinux.o"))
			name = "vmlinux";
		from = "file name";
	}
	for (int i = 0; i < 2 && !name; i++) {
		name = kbuild_name(d, paths[i]);
		from = "kbuild";
	}
	if (!name) {
		struct diag_where where = { .object = paths[1] };

		diag_warn(d->diag, &where, "object-name",
			  "nothing says which kernel object this belongs to: taken for vmlinux; "
			  "pass --object NAME");
		name = "vmlinux";
		from = "default";
	}
	d->ctx.object = arena_strdup(d->arena, name);
	for (char *c = (char *)d->ctx.object; *c; c++)
		if (*c == '-')
			*c = '_';
	d->stats.object_name = d->ctx.object;
	d->stats.object_name_from = from;
	return check_object_name(d, from);
}

/* ---- exports ---- */

static int find_exports(struct diff *d)
{
	const char *found;
	int err = 0;

	d->ctx.exports = exports_new(d->arena);
	for (size_t i = 0; i < d->opts->nr_symvers && !err; i++)
		err = exports_read(d->ctx.exports, d->opts->symvers[i], d->diag);
	if (err || d->opts->nr_symvers)
		return err;
	found = exports_nearest(d->arena, d->patched->elf->path)
			?: exports_nearest(d->arena, d->orig->elf->path);
	if (!found && !access("Module.symvers", R_OK))
		found = "Module.symvers";
	d->stats.symvers = found;
	return 0;
}

/* ---- the linked kernel ---- */

static int check_machine(struct diff *d, const struct kernel_file *file)
{
	const struct elf *elf = kernel_file_elf(file);
	struct diag_where where = { .object = kernel_file_path(file) };

	if (!elf || elf->machine == d->orig->elf->machine)
		return 0;
	return diag_error(d->diag, &where, "machine",
			  "it is for another machine than %s; pass the right one with --kernel, "
			  "or --kernel none",
			  d->orig->elf->path);
}

/* Of the files given or found, the one that knows the object. */
static int read_kernel(struct diff *d)
{
	struct diag_where where = { .object = d->patched->elf->path };

	d->ctx.kernels = arena_calloc(d->arena, d->ctx.nr_kernels, sizeof(*d->ctx.kernels));
	for (size_t i = 0; i < d->ctx.nr_kernels; i++) {
		struct kernel_file *file;
		int err = kernel_file_open(&file, d->ctx.kernel_paths[i], d->arena, d->diag);

		err = err ?: check_machine(d, file);
		if (err)
			return err;
		d->ctx.kernels[i] = file;
		if (!d->ctx.kernel)
			d->ctx.kernel = kernel_file_module(file, d->ctx.object);
	}
	if (!d->ctx.kernel)
		d->ctx.whole = kernel_file_of_whole_module(d->orig->elf, d->ctx.object, d->arena,
							   d->diag);
	if (d->ctx.nr_kernels && !d->ctx.kernel && !d->ctx.kernels_found)
		diag_warn(d->diag, &where, "kernel-object",
			  "it belongs to %s, and no --kernel file is that: positions of symbols "
			  "are known only where a name is unique in the object",
			  d->ctx.object);
	return 0;
}

int diff_find_context(struct diff *d)
{
	int err = find_object_name(d) ?: find_exports(d);

	if (err)
		return err;
	diff_find_kernel_files(d);
	/* A file that the user named must be readable, even if nothing is looked up in it. */
	return d->ctx.kernels_found ? 0 : read_kernel(d);
}

int diff_read_found(struct diff *d)
{
	int err = 0;

	if (d->ctx.found_read)
		return 0;
	d->ctx.found_read = true;
	if (d->stats.symvers)
		err = exports_read(d->ctx.exports, d->stats.symvers, d->diag);
	return err ?: d->ctx.kernels_found ? read_kernel(d) : 0;
}

void diff_drop_kernel(struct diff *d)
{
	d->ctx.kernel = NULL;
	d->ctx.nr_kernels = 0;
}

const struct kernel_sym *diff_find_in_kernel(const struct diff *d, const char *name,
					     const struct kernel_file **found)
{
	for (size_t i = 0; i <= d->ctx.nr_kernels; i++) {
		const struct kernel_file *file = i ? d->ctx.kernels[i - 1] : d->ctx.kernel;
		const struct kernel_sym *k;
		size_t nr = 0;

		k = file ? kernel_file_find(file, name, &nr) : NULL;
		for (size_t n = 0; n < nr; n++) {
			if (!k[n].global || kernel_sym_pos(&k[n]) < 0)
				continue;
			*found = file;
			return &k[n];
		}
	}
	return NULL;
}

const struct kernel_sym *diff_find_global(const struct diff *d, const char *name,
					  const char **object)
{
	const struct kernel_file *file;
	const struct kernel_sym *k = diff_find_in_kernel(d, name, &file);

	if (k)
		*object = kernel_file_object(file);
	return k;
}
