// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What guest-init does, for a machine without a busybox: runs every case in
 * /kt/cases and prints a line "KT: CASE STEP ok" or "KT: CASE STEP FAIL ..." for
 * each step. Built with the nolibc of the kernel's source (tools/include/nolibc).
 */
#include "guest-shell.h"

#define LOG_SIZE (1 << 18)
/* arguments of syslog(2) */
#define LOG_READ  3
#define LOG_CLEAR 5
#define MS(n) poll(NULL, 0, n)

static const char *current = "boot"; /* the case */
static bool any_failed;

/* ---- console and files ---- */

/* The console has no interrupt: what is written must be out before the next. */
static void say(const char *s)
{
	size_t len = strlen(s);

	while (len) {
		size_t n = len > 256 ? 256 : len;

		write(1, s, n);
		ioctl(1, TCSBRK, (void *)1);
		s += n;
		len -= n;
	}
}

static int read_file(const char *path, struct text *out)
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

static char *file_text(const char *path)
{
	struct text t = { 0 };

	text_puts(&t, "");
	read_file(path, &t);
	return t.s;
}

static bool exists(const char *path)
{
	struct stat st;

	return !stat(path, &st);
}

static void complain(struct io *io, const char *what, const char *which)
{
	text_puts(io->out, what);
	text_puts(io->out, which);
	text_puts(io->out, "\n");
}

static int failed_on(struct io *io, const char *command, const char *what)
{
	text_puts(io->out, command);
	text_puts(io->out, ": ");
	text_puts(io->out, what);
	complain(io, ": ", strerror(errno));
	return 1;
}

static void report(const char *step, bool good, const struct text *why)
{
	struct text t = { 0 };

	text_puts(&t, "KT: ");
	text_puts(&t, current);
	text_puts(&t, " ");
	text_puts(&t, step);
	text_puts(&t, good ? " ok" : " FAIL ");
	for (size_t i = 0; !good && why && i < why->len; i++)
		text_add(&t, why->s[i] == '\n' ? "|" : why->s + i, 1);
	text_puts(&t, "\n");
	say(t.s);
	any_failed |= !good;
}

void give_up(const char *what, const char *which)
{
	struct text why = { 0 };

	text_puts(&why, what);
	text_puts(&why, ": ");
	text_add(&why, which, strnlen(which, 40));
	report("shell", false, &why);
	exit(2);
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

static int cmd_ls(struct words *args, struct io *io)
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

/* ---- the kernel's log ---- */

static char *read_log(bool clear)
{
	char *raw = malloc(LOG_SIZE), *out = malloc(LOG_SIZE), *to = out;
	long n = my_syscall3(__NR_syslog, LOG_READ, raw, LOG_SIZE - 1);

	/* "<6>[ time] text": without the level */
	for (char *s = raw, *end = raw + (n > 0 ? n : 0); s < end;) {
		if (*s == '<')
			while (s < end && *s++ != '>')
				;
		while (s < end && (*to++ = *s++) != '\n')
			;
	}
	*to = 0;
	if (clear)
		my_syscall3(__NR_syslog, LOG_CLEAR, 0, 0);
	return out;
}

static int cmd_dmesg(struct words *args, struct io *io)
{
	if (args->n > 1)
		give_up("dmesg", args->w[1]);
	text_puts(io->out, read_log(false));
	return 0;
}

static bool holds(const char *s, const char *what)
{
	size_t len = strlen(what);

	for (; *s; s++)
		if (!strncmp(s, what, len))
			return true;
	return false;
}

static bool bad_line(const char *line)
{
	static const char *const signs[] = {
		"WARNING:", "BUG:", "Oops", "Call Trace", "Internal error", "Unable to handle",
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
		if (holds(line, signs[i]))
			return true;
	return false;
}

/*
 * The log of the case has no splat but those that it announces with $splat, a
 * pattern for the line with WARNING.
 */
static void no_splat(const char *allowed, char *log)
{
	struct text block = { 0 }, why = { 0 };
	bool inside = false;
	int seen = 0;
	char *end;

	for (char *line = log; *line; line = end + 1) {
		end = strchr(line, '\n');
		if (!end)
			break;
		*end = 0;
		if (holds(line, "[ cut here ]")) {
			inside = true;
			block.len = 0;
		}
		if (inside)
			complain(&(struct io){ NULL, &block }, line, "");
		else if (bad_line(line))
			complain(&(struct io){ NULL, &why }, line, "");
		if (!inside || !holds(line, "end trace"))
			continue;
		inside = false;
		if (*allowed && regex_found(allowed, block.s))
			seen++;
		else
			text_add(&why, block.s, block.len);
	}
	if (inside)
		text_add(&why, block.s, block.len);
	if (*allowed && seen != 1)
		complain(&(struct io){ NULL, &why }, "expected splat seen, times: ", itoa(seen));
	report("log", !why.len, &why);
}

/* K (livepatch), O (out of tree), E (not signed) are what tests do; W only after
 * an announced warning */
static void no_taint(bool warned)
{
	char *now = file_text("/proc/sys/kernel/tainted");
	long allowed = 32768 | 4096 | 8192 | (warned ? 512 : 0);
	struct text why = { 0 };

	text_puts(&why, "taint ");
	text_puts(&why, now);
	report("taint", *now && !(atol(now) & ~allowed), &why);
}

/* ---- modules ---- */

/* PREFIX and a module's name as the kernel has it, and SUFFIX */
static char *module_path(const char *prefix, const char *module, const char *suffix)
{
	struct text t = { 0 };

	text_puts(&t, prefix);
	for (; *module; module++)
		text_add(&t, *module == '-' ? "_" : module, 1);
	text_puts(&t, suffix);
	return t.s;
}

static char *patch_path(const char *module, const char *suffix)
{
	return module_path("/sys/kernel/livepatch/", module, suffix);
}

static int cmd_insmod(struct words *args, struct io *io)
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
	long err = my_syscall2(__NR_delete_module, module_path("", module, ""), O_NONBLOCK);

	errno = (int)-err;
	return err ? 1 : 0;
}

static int cmd_rmmod(struct words *args, struct io *io)
{
	if (args->n != 2)
		give_up("rmmod", "");
	return remove_module(args->w[1]) ? failed_on(io, "rmmod", args->w[1]) : 0;
}

static int cmd_load(struct words *args, struct io *io)
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

static int cmd_disable(struct words *args, struct io *io)
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
static int cmd_unload(struct words *args, struct io *io)
{
	for (int n = 0; remove_module(args->w[1]); n++) {
		if (n > 100)
			return failed_on(io, "rmmod", args->w[1]);
		MS(100);
	}
	return 0;
}

/* ---- what cases are made of ---- */

/* expect PATTERN TEXT */
static int cmd_expect(struct words *args, struct io *io)
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
static int cmd_do_step(struct words *args, struct io *io)
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

const struct command commands[] = {
	{ "[", cmd_test },	   { ":", cmd_true },	   { "cat", cmd_cat },	     { "cd", cmd_cd },
	{ "dd", cmd_dd },	   { "disable", cmd_disable }, { "dmesg", cmd_dmesg },   { "do_step", cmd_do_step },
	{ "echo", cmd_echo },	   { "expect", cmd_expect }, { "grep", cmd_grep },
	{ "has", cmd_has },	   { "hasnot", cmd_hasnot }, { "head", cmd_head },
	{ "insmod", cmd_insmod },  { "load", cmd_load },     { "ls", cmd_ls },
	{ "mkdir", cmd_mkdir },	   { "rmmod", cmd_rmmod },   { "sh", cmd_sh },
	{ "touch", cmd_touch },	   { "tr", cmd_tr },	     { "true", cmd_true },
	{ "uname", cmd_uname },	   { "unload", cmd_unload }, { NULL, NULL },
};

/* ---- one case ---- */

static void step(const char *name, const char *command)
{
	struct words args = { 3, { "do_step", (char *)name, (char *)command } };

	args.w[args.n++] = (char *)shell_var("module");
	cmd_do_step(&args, &(struct io){ 0 });
}

/* The way of a livepatch. */
static const char usual_case[] =
	"before() { :; }\n"
	"after() { :; }\n"
	"reverted() { before; }\n"
	"finish() { :; }\n";

static void run_usual_case(void)
{
	const char *module = shell_var("module");

	step("before", "before");
	step("load", "load");
	if (exists(patch_path(module, ""))) {
		step("after", "after");
		step("disable", "disable");
		step("reverted", "reverted");
	}
	if (exists(module_path("/sys/module/", module, "")))
		step("unload", "unload");
}

/* $console: as /proc/consoles names it */
static void set_console(void)
{
	char *name = file_text("/proc/cmdline"), *end;

	while (*name && strncmp(name, "console=", 8))
		name++;
	name += *name ? 8 : 0;
	for (end = name; isalnum(*end); end++)
		;
	*end = 0;
	shell_set("console", name);
}

/* In a process of its own. Its status: 1 if a warning was announced. */
static int run_case(const char *name)
{
	struct words call = { 1, { "run_case" } };
	struct text path = { 0 }, module = { 0 }, dropped = { 0 };
	struct io io = { NULL, &dropped };
	char *log;

	text_puts(&path, "cases/");
	text_puts(&path, name);
	text_puts(&path, ".sh");
	text_puts(&module, "klp-");
	text_puts(&module, name);
	shell_set("module", module.s);
	set_console();
	shell_run(usual_case, &io);
	shell_run(file_text(path.s), &io);
	if (shell_defines("run_case"))
		shell_call(&call, 0, &io);
	else
		run_usual_case();
	call.w[0] = "finish";
	shell_call(&call, 0, &io);
	log = read_log(true);
	no_splat(shell_var("splat"), strdup(log));
	no_taint(*shell_var("splat") || exists("/tmp/warned"));
	if (any_failed)
		say(log);
	return *shell_var("splat") != 0;
}

static void each_case(char *name)
{
	struct text skip = { 0 };
	int status = 0, fd;
	pid_t pid;

	current = name;
	text_puts(&skip, "skip/");
	text_puts(&skip, name);
	if (exists(skip.s)) {
		report("build", false, &(struct text){ "was not built", 13, 0 });
		return;
	}
	pid = fork();
	if (!pid)
		exit(run_case(name));
	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 1) {
		fd = open("/tmp/warned", O_WRONLY | O_CREAT, 0644);
		close(fd);
	} else if (status) {
		report("end", false, &(struct text){ "the case ended", 14, 0 });
	}
}

int main(void)
{
	struct text names = { 0 };
	struct words ls = { 2, { "ls", "cases" } };
	char *end;

	mkdir("/tmp", 0755);
	mount("dev", "/dev", "devtmpfs", 0, NULL);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL);
	chdir("/kt");
	no_splat("", read_log(true));
	cmd_ls(&ls, &(struct io){ NULL, &names });
	for (char *name = names.s; name && (end = strchr(name, '\n')); name = end + 1) {
		*end = 0;
		if (end - name > 3)
			end[-3] = 0; /* .sh */
		each_case(name);
	}
	say("KT: end\n");
	MS(200);
	reboot(LINUX_REBOOT_CMD_RESTART);
	return 0;
}
