// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Commands for modules and their livepatches.
 */
#include "guest-init.h"

/* The module's name as the kernel has it, between prefix and suffix. */
static char *with_name(const char *prefix, const char *module, const char *suffix)
{
	struct text t = { 0 };

	text_puts(&t, prefix);
	for (; *module; module++)
		text_add(&t, *module == '-' ? "_" : module, 1);
	text_puts(&t, suffix);
	return t.s;
}

char *module_path(const char *module, const char *suffix)
{
	return with_name("/sys/module/", module, suffix);
}

char *patch_path(const char *module, const char *suffix)
{
	return with_name("/sys/kernel/livepatch/", module, suffix);
}

int cmd_insmod(struct words *args, struct io *io)
{
	int fd;
	long err;

	if (args->n != 2)
		give_up("insmod", "");
	fd = open(args->w[1], O_RDONLY);
	if (fd < 0)
		return failed_on(io, "insmod", args->w[1]);
	err = my_syscall3(__NR_finit_module, fd, "", 0);
	close(fd);
	errno = (int)-err;
	return err ? failed_on(io, "insmod", args->w[1]) : 0;
}

static int remove_module(const char *module)
{
	long err = my_syscall2(__NR_delete_module, with_name("", module, ""), O_NONBLOCK);

	errno = (int)-err;
	return err ? 1 : 0;
}

int cmd_rmmod(struct words *args, struct io *io)
{
	if (args->n != 2)
		give_up("rmmod", "");
	return remove_module(args->w[1]) ? failed_on(io, "rmmod", args->w[1]) : 0;
}

int cmd_load(struct words *args, struct io *io)
{
	struct text file = { 0 };
	struct words insmod = { 2, { "insmod" } };
	int n = 0;

	text_puts(&file, args->w[1]);
	text_puts(&file, ".ko");
	insmod.w[1] = file.s;
	if (cmd_insmod(&insmod, io)) {
		text_puts(io->out, read_log(false));
		return 1;
	}
	while (*file_text(patch_path(args->w[1], "/transition")) == '1') {
		if (++n > 300) {
			complain(io, "transition does not end", "");
			return 1;
		}
		MS(100);
	}
	return 0;
}

int cmd_disable(struct words *args, struct io *io)
{
	int fd = open(patch_path(args->w[1], "/enabled"), O_WRONLY);

	if (fd < 0 || write(fd, "0\n", 2) != 2)
		return failed_on(io, "disable", args->w[1]);
	close(fd);
	for (int n = 0; exists(patch_path(args->w[1], "")); n++) {
		if (n > 300) {
			complain(io, "does not become disabled", "");
			return 1;
		}
		MS(100);
	}
	return 0;
}

/* the last reference is dropped soon after it is disabled */
int cmd_unload(struct words *args, struct io *io)
{
	for (int n = 0; remove_module(args->w[1]); n++) {
		if (n > 100)
			return failed_on(io, "rmmod", args->w[1]);
		MS(100);
	}
	return 0;
}
