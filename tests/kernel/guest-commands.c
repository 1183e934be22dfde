// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The commands that cases use, as far as cases use them.
 */
#include "guest-init.h"

/* ---- files ---- */

int read_file(const char *path, struct text *out)
{
	char chunk[4096];
	int fd = open(path, O_RDONLY);
	ssize_t n = 0;

	if (fd < 0)
		return 1;
	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		text_add(out, chunk, (size_t)n);
	close(fd);
	return n < 0;
}

char *file_text(const char *path)
{
	struct text t = { 0 };

	text_puts(&t, "");
	read_file(path, &t);
	return t.s;
}

bool exists(const char *path)
{
	struct stat st;

	return !stat(path, &st);
}

void complain(struct io *io, const char *what, const char *which)
{
	text_puts(io->out, what);
	text_puts(io->out, which);
	text_puts(io->out, "\n");
}

int failed_on(struct io *io, const char *command, const char *what)
{
	text_puts(io->out, command);
	text_puts(io->out, ": ");
	text_puts(io->out, what);
	complain(io, ": ", strerror(errno));
	return 1;
}

/* ---- plain commands ---- */

static int cmd_true(struct words *args, struct io *io)
{
	(void)args;
	(void)io;
	return 0;
}

static int cmd_echo(struct words *args, struct io *io)
{
	bool line = args->n < 2 || strcmp(args->w[1], "-n");

	for (int i = line ? 1 : 2; i < args->n; i++) {
		text_puts(io->out, args->w[i]);
		if (i + 1 < args->n)
			text_puts(io->out, " ");
	}
	if (line)
		text_puts(io->out, "\n");
	return 0;
}

static int cmd_cat(struct words *args, struct io *io)
{
	int status = 0;

	for (int i = 1; i < args->n; i++)
		if (read_file(args->w[i], io->out))
			status = failed_on(io, "cat", args->w[i]);
	return status;
}

static int cmd_cd(struct words *args, struct io *io)
{
	if (args->n != 2)
		give_up("cd", "");
	return chdir(args->w[1]) ? failed_on(io, "cd", args->w[1]) : 0;
}

/* [ -d PATH ] */
static int cmd_test(struct words *args, struct io *io)
{
	(void)io;
	if (args->n != 4 || strcmp(args->w[1], "-d"))
		give_up("[", "");
	return !exists(args->w[2]);
}

/* head -c N FILE */
static int cmd_head(struct words *args, struct io *io)
{
	char byte;
	int fd;

	if (args->n != 4 || strcmp(args->w[1], "-c"))
		give_up("head", "");
	fd = open(args->w[3], O_RDONLY);
	for (int i = atoi(args->w[2]); i > 0; i--) {
		if (read(fd, &byte, 1) != 1)
			return failed_on(io, "head", args->w[3]);
		text_add(io->out, &byte, 1);
	}
	close(fd);
	return 0;
}

/* dd if=FILE bs=N [skip=N] count=1 */
static int cmd_dd(struct words *args, struct io *io)
{
	long size = 0, skip = 0, n;
	char *file = NULL, *buf;
	int fd;

	for (int i = 1; i < args->n; i++) {
		if (!strncmp(args->w[i], "if=", 3))
			file = args->w[i] + 3;
		else if (!strncmp(args->w[i], "bs=", 3))
			size = atol(args->w[i] + 3);
		else if (!strncmp(args->w[i], "skip=", 5))
			skip = atol(args->w[i] + 5);
		else if (strcmp(args->w[i], "count=1"))
			give_up("dd", args->w[i]);
	}
	buf = malloc((size_t)size + 1);
	fd = file ? open(file, O_RDONLY) : -1;
	if (!buf || fd < 0 || lseek(fd, skip * size, SEEK_SET) < 0)
		return failed_on(io, "dd", "open");
	n = read(fd, buf, (size_t)size);
	if (n < 0)
		failed_on(io, "dd", file);
	else
		text_add(io->out, buf, (size_t)n);
	close(fd);
	return n < 0;
}

static int cmd_mkdir(struct words *args, struct io *io)
{
	(void)io;
	if (args->n != 3 || strcmp(args->w[1], "-p"))
		give_up("mkdir", "");
	mkdir(args->w[2], 0755);
	return !exists(args->w[2]);
}

/* mount -t TYPE SOURCE FOLDER */
static int cmd_mount(struct words *args, struct io *io)
{
	if (args->n != 5 || strcmp(args->w[1], "-t"))
		give_up("mount", "");
	return mount(args->w[3], args->w[4], args->w[2], 0, NULL) ? failed_on(io, "mount", args->w[4])
								   : 0;
}

static int cmd_umount(struct words *args, struct io *io)
{
	if (args->n != 2)
		give_up("umount", "");
	return umount2(args->w[1], 0) ? failed_on(io, "umount", args->w[1]) : 0;
}

static int cmd_touch(struct words *args, struct io *io)
{
	for (int i = 1; i < args->n; i++) {
		int fd = open(args->w[i], O_WRONLY | O_CREAT, 0644);

		if (fd < 0)
			return failed_on(io, "touch", args->w[i]);
		close(fd);
	}
	return 0;
}

static int cmd_uname(struct words *args, struct io *io)
{
	struct utsname name;

	if (args->n != 2 || uname(&name))
		return failed_on(io, "uname", "");
	if (!strcmp(args->w[1], "-n"))
		complain(io, name.nodename, "");
	else if (!strcmp(args->w[1], "-s"))
		complain(io, name.sysname, "");
	else
		give_up("uname", args->w[1]);
	return 0;
}

/* tr FROM TO: characters, ranges and \n */
static void tr_set(const char *s, char set[256])
{
	int n = 0;

	for (; *s && n < 255; s++) {
		if (*s == '\\' && s[1] == 'n') {
			set[n++] = '\n';
			s++;
		} else if (s[1] == '-' && s[2]) {
			for (char c = *s; c <= s[2] && n < 255; c++)
				set[n++] = c;
			s += 2;
		} else {
			set[n++] = *s;
		}
	}
	set[n] = 0;
}

static int cmd_tr(struct words *args, struct io *io)
{
	char from[256], to[256], *at;

	if (args->n != 3)
		give_up("tr", "");
	tr_set(args->w[1], from);
	tr_set(args->w[2], to);
	if (strlen(from) != strlen(to))
		give_up("tr", args->w[2]);
	for (size_t i = 0; io->in && i < io->in->len; i++) {
		char c = io->in->s[i];

		at = c ? strchr(from, c) : NULL;
		text_add(io->out, at ? &to[at - from] : &c, 1);
	}
	return 0;
}

static bool plain(const char *s)
{
	for (; *s; s++)
		if (strchr("[]*?.^$\\", *s))
			return false;
	return true;
}

/* grep [-c] TEXT [FILE]: TEXT is no more than plain characters */
static int cmd_grep(struct words *args, struct io *io)
{
	bool count = args->n > 1 && !strcmp(args->w[1], "-c");
	int at = count ? 2 : 1, found = 0;
	struct text file = { 0 }, pattern = { 0 };
	char *line, *end;

	if (at >= args->n || at + 2 < args->n || !plain(args->w[at]))
		give_up("grep", "");
	text_puts(&pattern, "*");
	text_puts(&pattern, args->w[at]);
	text_puts(&pattern, "*");
	if (at + 1 < args->n && read_file(args->w[at + 1], &file))
		return failed_on(io, "grep", args->w[at + 1]);
	if (at + 1 == args->n && io->in)
		text_puts(&file, io->in->s ? io->in->s : "");
	for (line = file.s; line && *line; line = end) {
		end = strchr(line, '\n');
		if (end)
			*end++ = 0;
		else
			end = line + strlen(line);
		if (!pattern_matches(pattern.s, line))
			continue;
		found++;
		if (!count)
			complain(io, line, "");
	}
	if (count)
		complain(io, itoa(found), "");
	return !found;
}

static void sort_words(char **w, int n)
{
	for (int i = 1; i < n; i++)
		for (int j = i; j > 0 && strcmp(w[j - 1], w[j]) > 0; j--) {
			char *t = w[j];

			w[j] = w[j - 1];
			w[j - 1] = t;
		}
}

int cmd_ls(struct words *args, struct io *io)
{
	const char *path = args->n > 1 ? args->w[1] : ".";
	char buf[4096], *names[256];
	int fd = open(path, O_RDONLY), got, n = 0;

	while (fd >= 0 && (got = getdents64(fd, (void *)buf, sizeof(buf))) > 0) {
		for (int at = 0; at < got;) {
			struct linux_dirent64 *entry = (void *)(buf + at);

			if (entry->d_name[0] != '.' && n < 256)
				names[n++] = strdup(entry->d_name);
			at += entry->d_reclen;
		}
	}
	if (fd < 0)
		return failed_on(io, "ls", path);
	close(fd);
	sort_words(names, n);
	for (int i = 0; i < n; i++)
		complain(io, names[i], "");
	return 0;
}

static int cmd_dmesg(struct words *args, struct io *io)
{
	if (args->n > 1)
		give_up("dmesg", args->w[1]);
	text_puts(io->out, read_log(false));
	return 0;
}

/* ---- what cases are made of ---- */

/* expect PATTERN TEXT */
int cmd_expect(struct words *args, struct io *io)
{
	if (args->n != 3)
		give_up("expect", "");
	if (pattern_matches(args->w[1], args->w[2]))
		return 0;
	complain(io, "expected: ", args->w[1]);
	complain(io, "got:      ", args->w[2]);
	return 1;
}

/* has TEXT COMMAND...: the output contains the text */
static int cmd_has(struct words *args, struct io *io)
{
	struct text pattern = { 0 }, got = { 0 };
	struct words expect = { 3, { "expect" } };

	text_puts(&pattern, "*");
	text_puts(&pattern, args->w[1]);
	text_puts(&pattern, "*");
	text_puts(&got, "");
	shell_call(args, 2, &(struct io){ io->in, &got });
	expect.w[1] = pattern.s;
	expect.w[2] = got.s;
	return cmd_expect(&expect, io);
}

static int cmd_hasnot(struct words *args, struct io *io)
{
	struct text dropped = { 0 };

	if (cmd_has(args, &(struct io){ io->in, &dropped }))
		return 0;
	complain(io, "must not be there: ", args->w[1]);
	return 1;
}

/* do_step NAME COMMAND...: run it and report */
int cmd_do_step(struct words *args, struct io *io)
{
	struct text out = { 0 };

	report(args->w[1], !shell_call(args, 2, &(struct io){ io->in, &out }), &out);
	return 0;
}

/* sh -c SCRIPT: a process of its own */
static int cmd_sh(struct words *args, struct io *io)
{
	int fds[2], status = 1;
	char byte;
	pid_t pid;

	if (args->n != 3 || strcmp(args->w[1], "-c") || pipe(fds))
		give_up("sh", "");
	pid = fork();
	if (!pid) {
		struct text out = { 0 };

		status = shell_run(args->w[2], &(struct io){ NULL, &out });
		write(fds[1], out.s, out.len);
		exit(status);
	}
	close(fds[1]);
	while (read(fds[0], &byte, 1) == 1)
		text_add(io->out, &byte, 1);
	close(fds[0]);
	waitpid(pid, &status, 0);
	return status != 0;
}

/* ---- the list ---- */

const struct command commands[] = {
	{ "[", cmd_test },	   { ":", cmd_true },	   { "cat", cmd_cat },	     { "cd", cmd_cd },
	{ "dd", cmd_dd },	   { "disable", cmd_disable }, { "dmesg", cmd_dmesg },   { "do_step", cmd_do_step },
	{ "echo", cmd_echo },	   { "expect", cmd_expect }, { "grep", cmd_grep },
	{ "has", cmd_has },	   { "hasnot", cmd_hasnot }, { "head", cmd_head },
	{ "insmod", cmd_insmod },  { "load", cmd_load },     { "ls", cmd_ls },
	{ "mkdir", cmd_mkdir },	   { "mount", cmd_mount },   { "rmmod", cmd_rmmod },
	{ "sh", cmd_sh },	   { "touch", cmd_touch },   { "tr", cmd_tr },
	{ "true", cmd_true },	   { "umount", cmd_umount }, { "uname", cmd_uname },
	{ "unload", cmd_unload },  { NULL, NULL },
};
