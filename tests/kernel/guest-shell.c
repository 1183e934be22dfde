// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * As much of a shell as the files in cases/ need: lists with && || ! | ( ) { },
 * functions, variables, "$(...)", $((a + b)), redirection to a file.  All commands
 * are built in and run one after the other: a pipe is text that is handed on.
 * Script text is read and run at once; what must not run is read with run false.
 */
#include "guest-shell.h"

#define MAX_NAMES 64
#define MAX_GLOB  256

struct named {
	const char *name, *value;
};

static struct named vars[MAX_NAMES], functions[MAX_NAMES];
static const char *pos; /* what is read next */
static bool returning;

static int run_list(bool run, struct io *io);

/* ---- names ---- */

static const char *lookup(const struct named *in, const char *name)
{
	for (int i = 0; i < MAX_NAMES && in[i].name; i++)
		if (!strcmp(in[i].name, name))
			return in[i].value;
	return NULL;
}

static void set(struct named *in, const char *name, const char *value)
{
	for (int i = 0; i < MAX_NAMES; i++) {
		if (in[i].name && strcmp(in[i].name, name))
			continue;
		in[i] = (struct named){ name, value };
		return;
	}
	give_up("too many names", name);
}

const char *shell_var(const char *name)
{
	const char *value = lookup(vars, name);

	return value ? value : "";
}

void shell_set(const char *name, const char *value)
{
	set(vars, name, value);
}

bool shell_defines(const char *name)
{
	return lookup(functions, name);
}

/* ---- words ---- */

static char *copy(const char *s, size_t len)
{
	struct text t = { 0 };

	text_add(&t, s, len);
	return t.s;
}

static void skip_blank(void)
{
	for (;;) {
		if (*pos == ' ' || *pos == '\t')
			pos++;
		else if (*pos == '\\' && pos[1] == '\n')
			pos += 2;
		else
			break;
	}
	if (*pos == '#')
		while (*pos && *pos != '\n')
			pos++;
}

static void skip_lines(void)
{
	for (skip_blank(); *pos == '\n'; skip_blank())
		pos++;
}

static bool name_char(char c)
{
	return c == '_' || isalnum(c);
}

static char *read_name(void)
{
	const char *start = pos;

	while (name_char(*pos))
		pos++;
	return copy(start, (size_t)(pos - start));
}

/* $((...)): numbers and variables, + and -, from left to right */
static void arithmetic(struct text *out)
{
	long value = 0, sign = 1;

	for (; *pos && *pos != ')'; skip_blank()) {
		skip_blank();
		if (*pos == '+' || *pos == '-') {
			sign = *pos++ == '-' ? -1 : 1;
		} else if (name_char(*pos)) {
			char *name = read_name();

			value += sign * atol(isdigit(*name) ? name : shell_var(name));
		} else {
			give_up("arithmetic", pos);
		}
	}
	if (pos[1] != ')')
		give_up("arithmetic", pos);
	pos += 2;
	text_puts(out, itoa(value));
}

/* A list that is a process in a real shell: its folder is its own. */
static int run_apart(bool run, struct io *io)
{
	int folder = open(".", O_RDONLY), status;

	status = run_list(run, io);
	my_syscall1(__NR_fchdir, folder);
	close(folder);
	return status;
}

/* What a $ stands for; a command's last newlines do not count. */
static void expand(bool run, struct text *out)
{
	struct text got = { 0 };
	char *name;

	if (*pos == '(' && pos[1] == '(') {
		pos += 2;
		arithmetic(out);
	} else if (*pos == '(') {
		pos++;
		run_apart(run, &(struct io){ NULL, &got });
		if (*pos++ != ')')
			give_up("no end of $(", "");
		while (got.len && got.s[got.len - 1] == '\n')
			got.len--;
		text_add(out, got.s, got.len);
	} else if (*pos == '$') {
		pos++;
		text_puts(out, itoa(getpid()));
	} else if (name_char(*pos)) {
		name = read_name();
		text_puts(out, shell_var(name));
	} else {
		give_up("expansion", pos);
	}
}

static void quoted(bool run, struct text *out)
{
	while (*pos && *pos != '"') {
		if (*pos == '$') {
			pos++;
			expand(run, out);
			continue;
		}
		if (*pos == '\\' && pos[1] && strchr("\"\\$`", pos[1]))
			pos++;
		text_add(out, pos++, 1);
	}
	if (!*pos++)
		give_up("no end of \"", "");
}

/* One word; *glob says that names of files are to be put in. NULL: no word here. */
static char *read_word(bool run, bool *glob)
{
	struct text out = { 0 };
	const char *end;

	*glob = false;
	skip_blank();
	if (!*pos || strchr("\n;&|()<>", *pos))
		return NULL;
	text_add(&out, "", 0);
	while (*pos && !strchr(" \t\n;&|()<>", *pos)) {
		switch (*pos) {
		case '\'':
			end = strchr(++pos, '\'');
			if (!end)
				give_up("no end of '", "");
			text_add(&out, pos, (size_t)(end - pos));
			pos = end + 1;
			break;
		case '"':
			pos++;
			quoted(run, &out);
			break;
		case '$':
			pos++;
			expand(run, &out);
			break;
		case '`':
		case '~':
			give_up("expansion", pos);
		case '\\':
			pos += !!pos[1];
			text_add(&out, pos++, 1);
			break;
		default:
			*glob |= *pos == '*';
			text_add(&out, pos++, 1);
		}
	}
	return out.s;
}

static void add_word(struct words *args, char *word)
{
	if (args->n == MAX_WORDS)
		give_up("too many words", word);
	args->w[args->n++] = word;
	args->w[args->n] = NULL;
}

/* Names in the current folder that match, as ls has them. */
static void add_files(struct words *args, char *pattern)
{
	struct words ls = { 1, { "ls" } };
	struct text out = { 0 };
	int before = args->n;
	char *line, *end;

	if (strchr(pattern, '/'))
		give_up("pattern with a path", pattern);
	shell_call(&ls, 0, &(struct io){ NULL, &out });
	for (line = out.s; line && (end = strchr(line, '\n')); line = end + 1) {
		*end = 0;
		if (pattern_matches(pattern, line))
			add_word(args, line);
	}
	if (args->n == before)
		add_word(args, pattern);
}

/* ---- commands ---- */

int shell_call(struct words *args, int first, struct io *io)
{
	struct words rest = { 0 };
	const char *body, *back = pos;
	int status;

	for (int i = first; i < args->n; i++)
		add_word(&rest, args->w[i]);
	body = lookup(functions, rest.w[0]);
	if (body) {
		pos = body;
		status = run_list(true, io);
		returning = false;
		pos = back;
		return status;
	}
	for (const struct command *c = commands; c->name; c++)
		if (!strcmp(c->name, rest.w[0]))
			return c->run(&rest, io);
	give_up("no such command", rest.w[0]);
}

static int write_file(const char *path, const struct text *what)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	ssize_t n = 0;

	if (fd < 0)
		return 1;
	if (what->len)
		n = write(fd, what->s, what->len);
	else
		n = write(fd, "", 0);
	close(fd);
	return n != (ssize_t)what->len;
}

/* NAME=VALUE before any word */
static bool assignment(bool run)
{
	const char *start = pos;
	char *name = read_name(), *value;
	bool glob;

	if (pos == start || isdigit(*start) || *pos != '=') {
		pos = start;
		return false;
	}
	pos++;
	value = read_word(run, &glob);
	if (run)
		shell_set(name, value ? value : "");
	return true;
}

/* NAME() { LIST } */
static bool definition(bool run)
{
	const char *start = pos;
	char *name = read_name();
	struct io io = { 0 };

	if (pos == start || pos[0] != '(' || pos[1] != ')') {
		pos = start;
		return false;
	}
	pos += 2;
	skip_blank();
	if (*pos++ != '{')
		give_up("function", name);
	if (run)
		set(functions, name, pos);
	run_list(false, &io);
	if (*pos++ != '}')
		give_up("no end of function", name);
	return true;
}

static int run_words(struct words *args, const char *file, struct io *io)
{
	struct text out = { 0 };
	int status;

	if (!args->n)
		return file ? write_file(file, &out) : 0;
	if (!strcmp(args->w[0], "return")) {
		returning = true;
		return args->n > 1 ? atoi(args->w[1]) : 0;
	}
	if (!file)
		return shell_call(args, 0, io);
	status = shell_call(args, 0, &(struct io){ io->in, &out });
	if (!strcmp(file, "/dev/null"))
		return status;
	return write_file(file, &out) || status;
}

static int simple_command(bool run, struct io *io)
{
	struct words args = { 0 };
	char *word, *file = NULL;
	bool glob;

	skip_blank();
	while (assignment(run))
		skip_blank();
	for (;;) {
		word = read_word(run, &glob);
		if (word && run && glob)
			add_files(&args, word);
		else if (word)
			add_word(&args, word);
		else if (*pos != '>' || pos[1] == '>' || pos[1] == '&')
			break;
		else {
			pos++;
			file = read_word(run, &glob);
			if (!file)
				give_up("redirection", pos);
		}
	}
	if (*pos == '<' || *pos == '>' || (*pos == '&' && pos[1] != '&') || *pos == '(')
		give_up("syntax", pos);
	if (args.n && (!strcmp(args.w[0], "if") || !strcmp(args.w[0], "while") ||
		       !strcmp(args.w[0], "for") || !strcmp(args.w[0], "case")))
		give_up("syntax", args.w[0]);
	return run ? run_words(&args, file, io) : 0;
}

static int group(bool run, struct io *io)
{
	char end = *pos++ == '(' ? ')' : '}';
	int status;

	status = end == ')' ? run_apart(run, io) : run_list(run, io);
	if (*pos++ != end)
		give_up("no end of list", pos);
	return status;
}

static int command(bool run, struct io *io)
{
	skip_blank();
	if (*pos == '(' || (*pos == '{' && isspace(pos[1])))
		return group(run, io);
	return definition(run) ? 0 : simple_command(run, io);
}

static int pipeline(bool run, struct io *io)
{
	const struct text *in = io->in;
	const char *end;
	bool not = false;
	int status;

	skip_blank();
	if (*pos == '!' && isspace(pos[1])) {
		not = true;
		pos++;
	}
	for (;;) {
		/* Whether a pipe follows is not known before: written apart. */
		struct text *out = calloc(1, sizeof(*out));

		status = command(run, &(struct io){ in, out });
		skip_blank();
		end = pos;
		if (*end != '|' || end[1] == '|') {
			if (run && out->len)
				text_add(io->out, out->s, out->len);
			return not ? !status : status;
		}
		pos++;
		skip_lines();
		in = out;
	}
}

static int and_or(bool run, struct io *io)
{
	int status = pipeline(run, io);
	bool and;

	for (;;) {
		skip_blank();
		and = pos[0] == '&' && pos[1] == '&';
		if (!and && !(pos[0] == '|' && pos[1] == '|'))
			return status;
		pos += 2;
		skip_lines();
		if (run && !returning && !status == and)
			status = pipeline(true, io);
		else
			pipeline(false, io);
	}
}

/* Until what ends it, which is not read. */
static int run_list(bool run, struct io *io)
{
	int status = 0, got;
	bool live;

	for (;;) {
		while (skip_lines(), *pos == ';')
			pos++;
		if (!*pos || *pos == ')' || *pos == '}')
			return status;
		live = run && !returning;
		got = and_or(live, io);
		if (live)
			status = got;
	}
}

int shell_run(const char *script, struct io *io)
{
	const char *back = pos;
	int status;

	pos = script;
	status = run_list(true, io);
	if (*pos)
		give_up("syntax", pos);
	pos = back;
	return status;
}
