// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the parts of an installed kernel are, by the names that distributions give them, and
 * which package has what is missing.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/kbuild.h>
#include <klp/text.h>

/* In the paths below: %r is the release, %v its version ("6.12"), %w that with a third number. */
static const char *const headers_at[] = {
	"/usr/src/linux-headers-%r", /* Debian, Ubuntu */
	"/usr/src/kernels/%r",	     /* Fedora, RHEL */
	"/usr/lib/modules/%r/build", /* Arch */
	"/lib/modules/%r/build",     NULL,
};

static const char *const source_at[] = {
	"/usr/src/linux-source-%v",	   /* one that was unpacked */
	"/usr/src/linux-source-%v.tar.xz", /* Debian */
	"/usr/src/linux-source-%v.tar.zst",
	"/usr/src/linux-source-%w/linux-source-%w.tar.bz2", /* Ubuntu */
	"/usr/src/linux-source-%w/linux-source-%w.tar.xz",
	"/usr/src/linux-source-%v.tar.bz2",
	"/usr/src/linux-source-%v.tar.gz",
	"/usr/src/linux-%r",
	"/lib/modules/%r/source", /* openSUSE's kernel-source; one's own build */
	"/usr/src/linux",
	NULL,
};

/* Code and symbols: with debugging information, where it is installed; else the image. */
static const char *const vmlinux_at[] = {
	"/usr/lib/debug/boot/vmlinux-%r",
	"/usr/lib/debug/lib/modules/%r/vmlinux",
	"/usr/lib/debug/usr/lib/modules/%r/vmlinux",
	"/lib/modules/%r/build/vmlinux",
	"/boot/vmlinuz-%r",
	"/lib/modules/%r/vmlinuz",
	"/usr/lib/modules/%r/vmlinuz",
	"/boot/vmlinux-%r",
	"/boot/Image-%r",
	NULL,
};

static const char *const modules_at[] = { "/lib/modules/%r", "/usr/lib/modules/%r", NULL };

static const char *const config_at[] = { "/boot/config-%r", "/lib/modules/%r/config", NULL };

/* Which package has what, where /etc/os-release says so. */
static const struct packages {
	const char *id;
	const char *headers, *source, *vmlinux, *modules;
} packages[] = {
	{ "ubuntu", "linux-headers-%r", "linux-source-%w", "linux-image-%r", "linux-modules-%r" },
	{ "debian", "linux-headers-%r", "linux-source-%v", "linux-image-%r", "linux-image-%r" },
	{ "fedora", "kernel-devel-%r", "the source package of kernel-%r, prepared by rpmbuild -bp",
	  "kernel-core-%r", "kernel-modules-%r" },
	{ "rhel", "kernel-devel-%r", "the source package of kernel-%r, prepared by rpmbuild -bp",
	  "kernel-core-%r", "kernel-modules-%r" },
	{ "arch", "linux-headers", "the source that the package linux was made of", "linux",
	  "linux" },
	{ "suse", "kernel-default-devel", "kernel-source", "kernel-default", "kernel-default" },
	{ "", "the kernel's headers", "the kernel's source", "the kernel", "the kernel's modules" },
};

struct finder {
	struct kbuild_parts *parts;
	const struct packages *packages;
	struct arena *arena;
	struct diag *diag;
};

/* A path or a package's name with its %r, %v and %w. */
static const char *expand(const struct finder *f, const char *pattern)
{
	const char *r = f->parts->release, *text = "";
	size_t len = strcspn(r, ".");

	len += r[len] ? 1 + strspn(r + len + 1, "0123456789") : 0;
	for (const char *p = pattern; *p; p++) {
		if (*p != '%')
			text = arena_printf(f->arena, "%s%c", text, *p);
		else if (*++p == 'r')
			text = arena_printf(f->arena, "%s%s", text, r);
		else
			text = arena_printf(f->arena, "%s%.*s%s", text, (int)len, r,
					    *p == 'w' ? ".0" : "");
	}
	return text;
}

static bool is_there(const struct finder *f, const char *dir, const char *file)
{
	return !access(arena_printf(f->arena, "%s/%s", dir, file), R_OK);
}

static bool are_headers(const struct finder *f, const char *path)
{
	return is_there(f, path, "include/config/auto.conf") && is_there(f, path, "Module.symvers");
}

/* Headers have a Makefile, too. */
static bool is_source(const struct finder *f, const char *path)
{
	struct stat st;

	return !stat(path, &st) &&
	       (S_ISREG(st.st_mode) || is_there(f, path, "kernel/livepatch/core.c"));
}

static bool are_modules(const struct finder *f, const char *path)
{
	return is_there(f, path, "kernel");
}

static bool is_file(const struct finder *f, const char *path)
{
	(void)f;
	return !access(path, R_OK);
}

/*
 * One part: what the user named, if it is one; else the first place that has one.  what: as a
 * sentence begins with it; option: how it is named by hand.
 */
static int find(const struct finder *f, const char **part, const char *const *places,
		bool (*fits)(const struct finder *f, const char *path), const char *what,
		const char *option, const char *package)
{
	struct diag_where where = { .object = *part };

	if (*part)
		return fits(f, *part) ? 0 : diag_error(f->diag, &where, "part", "not %s", what);
	for (; *places; places++) {
		const char *path =
			arena_printf(f->arena, "%s%s", f->parts->root, expand(f, *places));

		if (fits(f, path)) {
			*part = path;
			return 0;
		}
	}
	where.object = f->parts->release;
	return diag_error(f->diag, &where, "part", "%s not found: install %s, or pass %s", what,
			  expand(f, package), option);
}

/* ---- which distribution it is ---- */

/* ID=debian, ID_LIKE="rhel fedora" */
static const struct packages *packages_of(const char *words)
{
	const struct packages *p = packages;

	for (; *p->id; p++)
		if (strstr(words, p->id))
			break;
	return p;
}

static const struct packages *read_os_release(const struct finder *f)
{
	const char *path = arena_printf(f->arena, "%s/etc/os-release", f->parts->root);
	const char *id = "", *like = "";
	const struct packages *p;
	struct text text;
	char *line;

	if (access(path, R_OK) || text_open(&text, path, f->arena, f->diag))
		return packages_of("");
	while ((line = text_line(&text)) != NULL) {
		if (starts_with(line, "ID="))
			id = line + strlen("ID=");
		else if (starts_with(line, "ID_LIKE="))
			like = line + strlen("ID_LIKE=");
	}
	p = packages_of(id);
	return *p->id ? p : packages_of(like);
}

/* ---- is the source that of the kernel? ---- */

/* Debian's headers say of which version of its packages they are: " Debian 6.1.192-2". */
static const char *debian_version(const struct finder *f)
{
	const char *path =
		arena_printf(f->arena, "%s/include/generated/package.h", f->parts->headers);
	struct text text;
	char *line, *version, *end;

	if (access(path, R_OK) || text_open(&text, path, f->arena, f->diag))
		return NULL;
	while ((line = text_line(&text)) != NULL) {
		version = strstr(line, "\" Debian ");
		if (!version)
			continue;
		version += strlen("\" Debian ");
		end = strchr(version, '"');
		return end ? arena_strndup(f->arena, version, (size_t)(end - version)) : NULL;
	}
	return NULL;
}

/* "linux (6.1.192-3) bookworm-security; urgency=high" begins the list of changes. */
static int check_debian_source(const struct finder *f, const char *package)
{
	struct diag_where where = { .object = f->parts->source };
	const char *wanted = debian_version(f), *path;
	struct text text;
	char *line, *from, *end;

	path = arena_printf(f->arena, "%s/usr/share/doc/%s/changelog.Debian.gz", f->parts->root,
			    package);
	if (!wanted || access(path, R_OK) || text_open(&text, path, f->arena, f->diag))
		return 0;
	line = text_line(&text);
	from = line ? strchr(line, '(') : NULL;
	end = from ? strchr(from, ')') : NULL;
	if (!end)
		return 0;
	*end = 0;
	if (!strcmp(from + 1, wanted))
		return 0;
	return diag_error(f->diag, &where, "source-version",
			  "is the source of version %s, but the kernel %s is of %s: install %s=%s",
			  from + 1, f->parts->release, wanted, package, wanted);
}

static const char *running_release(struct arena *arena)
{
	struct utsname name;

	return uname(&name) ? "" : arena_strdup(arena, name.release);
}

int kbuild_parts_find(struct kbuild_parts *parts, struct arena *arena, struct diag *diag)
{
	struct finder f = { .parts = parts, .arena = arena, .diag = diag };
	size_t errors = diag->nr_errors;
	bool own_source = parts->source != NULL;

	parts->root = parts->root ?: "";
	parts->release = parts->release ?: running_release(arena);
	f.packages = read_os_release(&f);
	find(&f, &parts->headers, headers_at, are_headers,
	     "headers (include/config/auto.conf and "
	     "Module.symvers)",
	     "--headers DIR", f.packages->headers);
	if (parts->headers && !parts->config && is_there(&f, parts->headers, ".config"))
		parts->config = arena_printf(arena, "%s/.config", parts->headers);
	if (parts->headers || parts->config)
		find(&f, &parts->config, config_at, is_file, "a configuration", "--config FILE",
		     f.packages->vmlinux);
	if (parts->headers)
		parts->symvers = arena_printf(arena, "%s/Module.symvers", parts->headers);
	if (!parts->is_external)
		find(&f, &parts->source, source_at, is_source, "the kernel's source",
		     "--source DIR", f.packages->source);
	find(&f, &parts->vmlinux, vmlinux_at, is_file, "the kernel's code and symbols",
	     "--vmlinux FILE", f.packages->vmlinux);
	find(&f, &parts->modules, modules_at, are_modules, "modules", "--modules DIR",
	     f.packages->modules);
	if (diag->nr_errors == errors && !own_source && !parts->is_external &&
	    !strcmp(f.packages->id, "debian"))
		check_debian_source(&f, expand(&f, f.packages->source));
	return diag->nr_errors > errors ? -EINVAL : 0;
}
