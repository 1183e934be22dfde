// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Load a livepatch module, and unload it again.
 *
 * The kernel does not notice that a livepatch was made for another build of it: positions of
 * symbols and code that was compared hold for one build only.  So the build IDs that klp diff
 * wrote into the module are held against those that the kernel shows of itself
 * (/sys/kernel/notes) and of its modules (/sys/module/NAME/notes/.note.gnu.build-id), and the
 * release in vermagic against the kernel's, before anything is loaded.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <klp/elf.h>
#include <klp/kernel.h>

#include "internal.h"

#define NOTES	   "/sys/kernel/notes"
#define NOTE_SIZE  12
#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
#define BUSY_TRIES 100	/* tenths of a second: the last reference is dropped soon after */

/* ---- is it for this kernel? ---- */

/* The build ID in notes, as hexadecimal digits; NULL: there is none. */
static const char *build_id_in(const struct machine *m, const char *path)
{
	size_t size;
	const uint8_t *notes = (const uint8_t *)load_read_all(m, path, &size);
	const char *hex = "";

	for (uint64_t at = 0; notes && at + NOTE_SIZE <= size;) {
		uint64_t name = (get_le32(notes + at) + 3) & ~3ull;
		uint64_t len = get_le32(notes + at + 4), desc = at + NOTE_SIZE + name;

		if (name > size || len > size || desc + len > size)
			return NULL;
		if (get_le32(notes + at + 8) == NT_GNU_BUILD_ID && name == 4 &&
		    !memcmp(notes + at + NOTE_SIZE, "GNU", 4)) {
			for (uint64_t i = 0; i < len; i++)
				hex = arena_printf(m->arena, "%s%02x", hex, notes[desc + i]);
			return hex;
		}
		at = desc + ((len + 3) & ~3ull);
	}
	return NULL;
}

/* One klp_build_id=OBJECT:HEX. */
static int check_build_id(const struct machine *m, const char *path, const char *said, bool *same)
{
	const char *colon = strchr(said, ':'), *object, *have;
	bool vmlinux;

	if (!colon)
		return 0;
	object = arena_strndup(m->arena, said, (size_t)(colon - said));
	vmlinux = !strcmp(object, "vmlinux");
	have = build_id_in(m, vmlinux ? NOTES :
					load_path(m, "/sys/module/*/notes/.note.gnu.build-id",
						  object, NULL));
	/* A module that is not loaded does not show its build: positions in it are not checked. */
	if (!have)
		return 0;
	if (strcmp(have, colon + 1) != 0)
		return load_refuse(m, path, "other-build",
				   "it was made for the build %s of %s, and the build %s runs: "
				   "make the livepatch for that one",
				   colon + 1, object, have);
	*same |= vmlinux;
	return 0;
}

static int check_release(const struct machine *m, const char *path, const char *vermagic)
{
	const char *release = load_read_line(m, "/proc/sys/kernel/osrelease");
	size_t len = vermagic ? strcspn(vermagic, " ") : 0;

	if (!vermagic)
		return load_refuse(m, path, "not-module",
				   "it has no vermagic: is it a linked module (.ko)?");
	if (release && (strlen(release) != len || strncmp(release, vermagic, len) != 0))
		return load_refuse(m, path, "vermagic",
				   "it is for the kernel %.*s, and %s runs", (int)len, vermagic,
				   release);
	return 0;
}

/* Its name, if it may be loaded. */
static int check_module(const struct machine *m, const char *path, const char **name)
{
	const char *said, *livepatch;
	struct elf *elf;
	uint64_t at = 0;
	bool same = false;
	int err = elf_open(&elf, path, ELF_WANT_REL, m->arena, m->diag);

	if (err)
		return err;
	livepatch = elf_modinfo(elf, "livepatch=", &at);
	at = 0;
	said = elf_modinfo(elf, "name=", &at);
	if (!livepatch || strcmp(livepatch, "Y") != 0 || !said)
		return load_refuse(m, path, "not-livepatch",
				   "it is no livepatch module (no livepatch=Y or no name in "
				   ".modinfo): klp-module links one");
	*name = kernel_module_of_path(m->arena, said);
	at = 0;
	while (!err && (said = elf_modinfo(elf, "klp_build_id=", &at)))
		err = check_build_id(m, path, said, &same);
	at = 0;
	return err ?: check_release(m, path, elf_modinfo(elf, "vermagic=", &at));
}

/* ---- system calls ---- */

static const char *load_reason(int error)
{
	switch (error) {
	case EPERM:
		return "only root may load modules, and not where that is locked down";
	case ENOKEY:
	case EKEYREJECTED:
		return "this kernel wants it signed by a key that it knows (klp-build --sign)";
	case EEXIST:
		return "a module of that name is loaded";
	case ENOEXEC:
		return "the kernel does not accept its form; its log says why (dmesg)";
	default:
		return "the kernel's log says why (dmesg)";
	}
}

static int insert(const struct machine *m, const char *path)
{
	int fd, error = 0;

	/* Another root has no kernel, but maybe a test that does what one would. */
	if (*m->root) {
		load_write(m, "/load", path);
		return 0;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
		error = errno;
	if (fd >= 0)
		close(fd);
	if (!error)
		return 0;
	return load_refuse(m, path, "not-loaded", "the kernel did not load it: %s (%s)",
			   strerror(error), load_reason(error));
}

static int remove_module(const struct machine *m, const char *name)
{
	const struct timespec pause = { .tv_nsec = 100000000 };
	int error = 0;

	if (*m->root)
		return 0;
	for (int n = 0; n < BUSY_TRIES; n++) {
		if (!syscall(SYS_delete_module, name, O_NONBLOCK))
			return 0;
		error = errno;
		if (error != EAGAIN && error != EBUSY)
			break;
		nanosleep(&pause, NULL);
	}
	return load_refuse(m, name, "not-unloaded",
			   "it is disabled, and the kernel did not unload its module: %s%s",
			   strerror(error),
			   error == EAGAIN || error == EBUSY ? " (something still uses it, as one "
			   "always does to whose functions --write made the kernel lead)" : "");
}

/* ---- what is done ---- */

static int set_enabled(const struct machine *m, const char *name, const char *value)
{
	int error = load_write(m, load_path(m, PATCHES "/*/enabled", name, NULL), value);

	if (!error)
		return 0;
	return load_refuse(m, name, "not-switched", "it cannot be %s: %s%s",
			   *value == '0' ? "disabled" : "enabled", strerror(error),
			   error == EBUSY ? " (another transition is under way: klp status)" :
			   error == EACCES || error == EPERM ? " (only root may)" : "");
}

/* Another patch whose transition is under way: the kernel refuses a second one. */
static int check_no_transition(const struct machine *m, const char *path)
{
	struct live_patch *patches;
	size_t nr;
	int err = load_list(m, &patches, &nr);

	for (size_t i = 0; !err && i < nr; i++)
		if (patches[i].state == LIVE_ENABLING || patches[i].state == LIVE_DISABLING)
			err = load_refuse(m, path, "transition",
					  "the transition of %s is under way, and there can be only "
					  "one: klp status tells what holds it up",
					  patches[i].name);
	return err;
}

int load_module(const struct machine *m, const char *path)
{
	const char *name = NULL;
	int err = check_module(m, path, &name) ?: check_no_transition(m, path);

	if (!err && load_exists(m, load_path(m, "/sys/module/*", name, NULL)))
		err = load_refuse(m, path, "loaded",
				  "a module %s is loaded already: klp unload %s first", name, name);
	err = err ?: insert(m, path);
	if (err || load_wait(m, name, false))
		return err;
	load_refuse(m, path, "stalled",
		    "its transition did not end within %u seconds, and is taken back; it is held up "
		    "by:",
		    m->timeout);
	load_tell_tasks(m, name);
	if (!set_enabled(m, name, "0") && load_wait(m, name, true))
		remove_module(m, name);
	return -EINVAL;
}

int load_unload(const struct machine *m, const char *given)
{
	const char *name = kernel_module_of_path(m->arena, given), *enabled, *taint;
	bool listed = load_exists(m, load_path(m, PATCHES "/*", name, NULL));
	int err = 0;

	taint = load_read_line(m, load_path(m, "/sys/module/*/taint", name, NULL));
	if (!*name || name[strspn(name, NAME_LETTERS)] || (!listed && !(taint && strchr(taint, 'K'))))
		return load_refuse(m, given, "not-loaded",
				   "no livepatch of that name is loaded: klp status lists them");
	enabled = load_read_line(m, load_path(m, PATCHES "/*/enabled", name, NULL));
	if (listed && enabled && !strcmp(enabled, "1"))
		err = set_enabled(m, name, "0");
	if (err)
		return err;
	if (load_wait(m, name, true))
		return remove_module(m, name);
	load_refuse(m, given, "stalled",
		    "it could not be disabled within %u seconds, and is enabled again; it is held up "
		    "by:",
		    m->timeout);
	load_tell_tasks(m, name);
	set_enabled(m, name, "1");
	return -EINVAL;
}
