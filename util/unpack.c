// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Unpack what the kernel's build and distributions pack: gzip by zlib, all others by the program
 * of that name as a child.
 *
 * The child gets the packed bytes as a file in memory for its standard input, and writes to
 * another one, whose size the kernel limits (RLIMIT_FSIZE), as it limits the child's time and
 * memory: a small file may unpack to any size.  No shell is asked.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/infile.h>
#include <klp/text.h>
#include <klp/unpack.h>

/* xz -9 and zstd -22 need 65 and 128 MiB; a header can ask for 4 GiB. */
#define CHILD_MEMORY  ((rlim_t)2 << 30)
#define CHILD_SECONDS 120
#define NOT_THERE     127

struct packing {
	const char *name;
	const char *magic;
	size_t len;
	const char *program;	/* NULL: zlib */
	const char *package;	/* of Debian */
};

#define MAGIC(s) (s), sizeof(s) - 1

static const struct packing packings[] = {
	{ "gzip", MAGIC("\x1f\x8b\x08"), NULL, NULL },
	{ "xz", MAGIC("\xfd\x37zXZ"), "xz", "xz-utils" },
	{ "zstd", MAGIC("\x28\xb5\x2f\xfd"), "zstd", "zstd" },
	{ "bzip2", MAGIC("BZh"), "bzip2", "bzip2" },
	{ "lz4", MAGIC("\x02\x21\x4c\x18"), "lz4", "lz4" },	/* lz4 -l, as the kernel packs */
	{ "lz4", MAGIC("\x04\x22\x4d\x18"), "lz4", "lz4" },
	{ "lzo", MAGIC("\x89LZO\0\r\n\x1a\n"), "lzop", "lzop" },
	{ "lzma", MAGIC("\x5d\0\0"), "xz", "xz-utils" },
};

const struct packing *unpack_find(const uint8_t *data, uint64_t size)
{
	for (size_t i = 0; i < sizeof(packings) / sizeof(*packings); i++)
		if (size >= packings[i].len && !memcmp(data, packings[i].magic, packings[i].len))
			return &packings[i];
	return NULL;
}

const char *unpack_name(const struct packing *packing)
{
	return packing->name;
}

/* One run of unpack_bytes(). */
struct unpacking {
	const struct packing *packing;
	const struct bytes *in;
	const char *path;
	struct arena *arena;
	struct diag *diag;
	int fds[3];	/* the child's input, output and error output */
	const char **env;	/* the program's environment */
};

#define refuse(u, code, ...) \
	diag_error((u)->diag, &(struct diag_where){ .object = (u)->path }, code, __VA_ARGS__)

static uint64_t most(const struct bytes *in)
{
	uint64_t size = in->size > UNPACK_MAX / UNPACK_TIMES ? UNPACK_MAX : in->size * UNPACK_TIMES;

	return size > UNPACK_LEAST ? size : UNPACK_LEAST;
}

static int too_large(const struct unpacking *u)
{
	return refuse(u, "packed-too-large", "it is packed with %s and has more than %llu MiB",
		      u->packing->name, (unsigned long long)(most(u->in) >> 20));
}

static void unmap(void *arg)
{
	struct bytes *b = arg;

	munmap((void *)b->data, b->size);
}

/* The whole of an open file: the mapping belongs to the arena. */
static int map_fd(struct bytes *out, int fd, uint64_t size, struct arena *arena)
{
	struct bytes *b = arena_alloc(arena, sizeof(*b));
	void *map;

	*out = (struct bytes){ (const uint8_t *)"", 0 };
	if (!size)
		return 0;
	map = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED && errno == ENOMEM)
		arena_fail(arena);
	if (map == MAP_FAILED)
		return -errno;
	*b = (struct bytes){ map, size };
	arena_defer(arena, unmap, b);
	*out = *b;
	return 0;
}

/* Not mapped: a file that is cut short meanwhile would end the run. */
static int read_fd(struct bytes *out, int fd, uint64_t size, struct arena *arena)
{
	uint8_t *data = arena_alloc(arena, size);
	uint64_t at = 0;

	while (at < size) {
		ssize_t got = read(fd, data + at, size - at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got ? errno : EIO;
		at += (uint64_t)got;
	}
	*out = (struct bytes){ data, size };
	return 0;
}

int unpack_read(struct bytes *out, const char *path, struct arena *arena, struct diag *diag)
{
	struct diag_where where = { .object = path };
	/* Not blocking: a FIFO is refused below instead of waited for. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), err = 0;
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		err = errno;
	else if (!S_ISREG(st.st_mode))
		err = S_ISDIR(st.st_mode) ? EISDIR : ESPIPE;
	else if ((uint64_t)st.st_size > UNPACK_MAX)
		err = EFBIG;
	if (!err) {
		infile_note(arena, path, fd);
		err = read_fd(out, fd, (uint64_t)st.st_size, arena);
	}
	if (fd >= 0)
		close(fd);
	return err ? diag_error(diag, &where, "cannot-open", "cannot be read: %s", strerror(err)) : 0;
}

static bool write_all(int fd, const struct bytes *b)
{
	uint64_t at = 0;

	while (at < b->size) {
		ssize_t n = write(fd, b->data + at, b->size - at < INT_MAX ? b->size - at : INT_MAX);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += (uint64_t)n;
	}
	return true;
}

/* Above the numbers that dup2() is going to fill. */
static int memory_file(void)
{
	int low = memfd_create("klp", MFD_CLOEXEC);
	int fd = low < 0 ? -1 : fcntl(low, F_DUPFD_CLOEXEC, 3);

	if (low >= 0)
		close(low);
	return fd;
}

/* ---- gzip ---- */

#define GZIP_WINDOW (15 + 16) /* zlib.h, inflateInit2(): 16 more for a gzip header */
#define GZIP_CHUNK  ((uInt)1 << 18)

/* Into the file in memory. */
static int inflate_all(const struct unpacking *u, z_stream *z, int fd)
{
	struct bytes chunk = { arena_alloc(u->arena, GZIP_CHUNK), 0 };
	uint64_t left = u->in->size, all = 0;
	int code = Z_OK;

	while (code == Z_OK) {
		if (!z->avail_in) {
			z->avail_in = left < UINT_MAX ? (uInt)left : UINT_MAX;
			left -= z->avail_in;
		}
		z->next_out = (Bytef *)chunk.data;
		z->avail_out = GZIP_CHUNK;
		code = inflate(z, Z_NO_FLUSH);
		chunk.size = GZIP_CHUNK - z->avail_out;
		all += chunk.size;
		if (all > most(u->in))
			return too_large(u);
		if (!write_all(fd, &chunk))
			return refuse(u, "packed", "it cannot be unpacked into memory: %s",
				      strerror(errno));
	}
	if (code != Z_STREAM_END)
		return refuse(u, "packed-damaged", "it is packed with gzip, and %s",
			      code == Z_BUF_ERROR ? "ends too early" : "is damaged");
	return 0;
}

static int unpack_gzip(const struct unpacking *u, int fd)
{
	z_stream z = { .zalloc = arena_zalloc, .zfree = arena_zfree, .opaque = u->arena };
	int err;

	z.next_in = (Bytef *)u->in->data;
	if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
		arena_fail(u->arena);
	err = inflate_all(u, &z, fd);
	inflateEnd(&z);
	return err;
}

/* ---- others ---- */

static void limit(int what, rlim_t most)
{
	struct rlimit r;

	if (getrlimit(what, &r))
		return;
	if (r.rlim_cur == RLIM_INFINITY || r.rlim_cur > most)
		r.rlim_cur = most;
	setrlimit(what, &r);
}

/* Only what is safe behind fork() and before exec. */
static void be_child(const struct unpacking *u)
{
	const char *const argv[] = { u->packing->program, "-dc", NULL };

	for (int i = 0; i < 3; i++)
		if (dup2(u->fds[i], i) < 0)
			_exit(1);
	limit(RLIMIT_FSIZE, most(u->in));
	limit(RLIMIT_CPU, CHILD_SECONDS);
	limit(RLIMIT_AS, CHILD_MEMORY);
	limit(RLIMIT_CORE, 0);
	execvpe(argv[0], (char *const *)argv, (char *const *)u->env);
	_exit(errno == ENOENT ? NOT_THERE : 1);
}

/* The first line that it wrote about what is wrong, without its own name. */
static const char *said(const struct unpacking *u)
{
	char buf[200] = "";
	ssize_t n = pread(u->fds[2], buf, sizeof(buf) - 1, 0);

	if (n <= 0)
		return "it gives no reason";
	buf[strcspn(buf, "\n")] = '\0';
	for (char *p = buf; *p; p++)
		if ((unsigned char)*p < ' ')
			*p = ' ';
	return arena_strdup(u->arena, buf);
}

/* The environment, but messages are not translated. */
static const char **child_env(struct arena *arena)
{
	const char **env;
	size_t nr = 0, all = 0;

	while (environ[all])
		all++;
	env = arena_calloc(arena, all + 2, sizeof(*env));
	for (size_t i = 0; i < all; i++)
		if (!starts_with(environ[i], "LC_ALL="))
			env[nr++] = environ[i];
	env[nr] = "LC_ALL=C";
	return env;
}

static int run_child(const struct unpacking *u)
{
	const char *program = u->packing->program;
	pid_t pid = fork(), done;
	const char *why;
	int status;

	if (pid < 0)
		return refuse(u, "packed", "%s cannot be started: %s", program, strerror(errno));
	if (!pid)
		be_child(u);
	do
		done = waitpid(pid, &status, 0);
	while (done < 0 && errno == EINTR);
	if (done == pid && WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	if (done == pid && WIFEXITED(status) && WEXITSTATUS(status) == NOT_THERE)
		return refuse(u, "packed-program",
			      "it is packed with %s, and the program %s is not there: install it "
			      "(package %s)",
			      u->packing->name, program, u->packing->package);
	why = said(u);
	/* xz takes the signal for an error of writing, and leaves holes in place of zeroes. */
	if ((done == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ) ||
	    strstr(why, strerror(EFBIG)))
		return too_large(u);
	return refuse(u, "packed-damaged", "it is packed with %s, and %s cannot unpack it: %s",
		      u->packing->name, program,
		      WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : why);
}

static int unpack_by_child(const struct unpacking *u)
{
	if (!write_all(u->fds[0], u->in) || lseek(u->fds[0], 0, SEEK_SET))
		return refuse(u, "packed", "it cannot be copied into memory: %s", strerror(errno));
	return run_child(u);
}

int unpack_bytes(struct bytes *out, const struct packing *packing, const struct bytes *in,
	   const char *path, struct arena *arena, struct diag *diag)
{
	struct unpacking u = { packing, in, path, arena, diag, { -1, -1, -1 }, child_env(arena) };
	struct stat st;
	int err = 0;

	for (int i = 0; i < 3 && !err; i++) {
		u.fds[i] = memory_file();
		if (u.fds[i] < 0)
			err = refuse(&u, "packed", "a file in memory cannot be made: %s",
				     strerror(errno));
	}
	if (!err)
		err = packing->program ? unpack_by_child(&u) : unpack_gzip(&u, u.fds[1]);
	if (!err && (fstat(u.fds[1], &st) || map_fd(out, u.fds[1], (uint64_t)st.st_size, arena)))
		err = refuse(&u, "packed", "what was unpacked cannot be read: %s", strerror(errno));
	for (int i = 0; i < 3; i++)
		if (u.fds[i] >= 0)
			close(u.fds[i]);
	return err;
}
