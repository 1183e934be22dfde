// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What guest-init does, for a machine without a busybox: runs every case in
 * /kt/cases and prints a line "KT: CASE STEP ok" or "KT: CASE STEP FAIL ..." for
 * each step. Built with the nolibc of the kernel's source (tools/include/nolibc).
 */
#include "guest-init.h"

static const char *current = "boot"; /* the case */
static bool any_failed;

/* ---- what is printed ---- */

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

void report(const char *step, bool good, const struct text *why)
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
	if (exists(module_path(module, "")))
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
