// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * image [OPTION=VALUE...] OUT <MAP: a kernel's image with the tables of kallsyms for a System.map.
 *
 * Written after the comments of scripts/kallsyms.c and kernel/kallsyms.c of Linux 5.4, 6.1, 6.2,
 * 6.4, 6.12 and 7.0, and knows nothing of klp.  MAP has "address letter name" lines, by address;
 * per-CPU ones ('A') first.  linux_banner's bytes are put where MAP has it.  Options:
 *
 *	machine=x86_64|arm64|loongarch|ppc64	default: x86_64
 *	kind=elf|raw		an ELF file with sections and no symbols, or as it lies in memory
 *	order=5.4|6.2|6.4|7.0	which tables there are and in what order; default: 6.4
 *	base=relative|percpu|absolute	what an entry of the addresses is (7.0: from its own place)
 *	cut=STRING		sort names without what follows STRING, as LTO kernels do
 *	rela=yes|none		leave relative_base to a relative relocation; or to nothing
 *	sets=2			the same tables once more behind them
 *	banner=TEXT		instead of "Linux version "
 *	bad=WHAT		damage: seqs, order, type, token, marker, count
 *
 * Or: image payload=bzimage|zboot OUT SIZE <PACKED: a boot image with PACKED in it, which unpacks
 * to SIZE bytes (0: leave the size out).
 */
#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SYMS  4096
#define MAX_NAME  512
#define ROOM	  (4u << 20)
#define TEXT_SIZE 0x8000u
#define TABLES	  0x10000u
#define PERCPU	  0x1000u

struct sym {
	uint64_t addr;
	char type;
	char name[MAX_NAME];
	unsigned char packed[MAX_NAME];	/* type and name, in tokens */
	int len;
};

static struct sym syms[MAX_SYMS];
static int nr_syms;
static const char *opt_machine = "x86_64", *opt_kind = "elf", *opt_order = "6.4",
		  *opt_base = "relative", *opt_cut, *opt_rela, *opt_sets = "1",
		  *opt_banner = "Linux version ", *opt_bad = "", *opt_payload;
static unsigned char mem[ROOM];
static uint64_t end;		/* of what mem holds */
static uint64_t base;		/* address of mem */
static unsigned char token[256][2];
static int token_len[256];	/* 0: unused, 1: the letter itself, 2: two tokens */
static int longest;

static void die(const char *what)
{
	fprintf(stderr, "image: %s\n", what);
	exit(2);
}

static int is(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static void put(uint64_t value, int size)
{
	if (end + 8 > ROOM)
		die("too large");
	for (int i = 0; i < size; i++)
		mem[end++] = (unsigned char)(value >> 8 * i);
}

static void align(unsigned int to)
{
	while (end % to)
		put(0, 1);
}

static unsigned int alignment(void)
{
	return is(opt_order, "7.0") ? 4 : 8;
}

/* ---- compression ---- */

static int count[65536];

static int most_frequent_pair(void)
{
	int best = 0;

	memset(count, 0, sizeof(count));
	for (int i = 0; i < nr_syms; i++)
		for (int n = 0; n + 1 < syms[i].len; n++)
			count[syms[i].packed[n] | syms[i].packed[n + 1] << 8]++;
	for (int i = 0; i < 65536; i++)
		if (count[i] > count[best])
			best = i;
	return count[best] > 1 ? best : -1;
}

static void replace(int pair, int by)
{
	for (int i = 0; i < nr_syms; i++) {
		struct sym *s = &syms[i];
		int to = 0;

		for (int n = 0; n < s->len; n++)
			if (n + 1 < s->len && (s->packed[n] | s->packed[n + 1] << 8) == pair)
				s->packed[to++] = (unsigned char)by, n++;
			else
				s->packed[to++] = s->packed[n];
		s->len = to;
	}
}

static void compress(void)
{
	for (int i = 0; i < nr_syms; i++) {
		struct sym *s = &syms[i];

		s->packed[0] = (unsigned char)s->type;
		memcpy(s->packed + 1, s->name, strlen(s->name));
		s->len = 1 + (int)strlen(s->name);
		for (int n = 0; n < s->len; n++) {
			token[s->packed[n]][0] = s->packed[n];
			token_len[s->packed[n]] = 1;
		}
	}
	for (int code = 255; code >= 0; code--) {
		int pair = token_len[code] ? -2 : most_frequent_pair();

		if (pair == -1)
			break;
		if (pair < 0)
			continue;
		token[code][0] = (unsigned char)pair;
		token[code][1] = (unsigned char)(pair >> 8);
		token_len[code] = 2;
		replace(pair, code);
	}
	for (int i = 0; i < nr_syms; i++)
		longest = syms[i].len > longest ? syms[i].len : longest;
}

static void put_token(int code)
{
	for (int i = 0; i < token_len[code]; i++)
		if (token_len[code] == 1)
			put(token[code][i], 1);
		else
			put_token(token[code][i]);
}

/* ---- tables ---- */

static uint32_t markers[MAX_SYMS / 256 + 1];
static uint64_t base_at;

static void put_num_and_names(void)
{
	uint64_t begin;

	align(alignment());
	put((uint64_t)nr_syms + is(opt_bad, "count"), 4);
	align(alignment());
	begin = end;
	for (int i = 0; i < nr_syms; i++) {
		if (i % 256 == 0)
			markers[i / 256] = (uint32_t)(end - begin);
		if (is(opt_order, "5.4") || syms[i].len < 128)
			put((uint64_t)syms[i].len, 1);
		else
			put((uint64_t)((syms[i].len & 0x7f) | 0x80 | syms[i].len >> 7 << 8), 2);
		for (int n = 0; n < syms[i].len; n++)
			put(syms[i].packed[n], 1);
	}
	align(alignment());
	for (int i = 0; i < (nr_syms + 255) / 256; i++)
		put(markers[i] + (i == 1 && is(opt_bad, "marker")), 4);
}

static void put_tokens(void)
{
	uint16_t index[256];
	uint64_t begin;

	align(alignment());
	begin = end;
	for (int i = 0; i < 256; i++) {
		index[i] = (uint16_t)(end - begin);
		put_token(i);
		put(0, 1);
	}
	if (is(opt_bad, "token"))
		mem[begin + index[200]] = 0;
	align(alignment());
	for (int i = 0; i < 256; i++)
		put(index[i], 2);
}

static uint64_t first_address(void)
{
	for (int i = 0; i < nr_syms; i++)
		if (syms[i].type != 'A')
			return syms[i].addr;
	return 0;
}

static uint32_t entry(const struct sym *s)
{
	if (is(opt_order, "7.0"))
		return (uint32_t)(s->addr - (base + end));
	if (is(opt_base, "relative"))
		return (uint32_t)(s->addr - first_address());
	return (uint32_t)(s->type == 'A' ? s->addr : first_address() - s->addr - 1);
}

static void put_addresses(void)
{
	align(alignment());
	if (is(opt_base, "absolute")) {
		for (int i = 0; i < nr_syms; i++)
			put(syms[i].addr, 8);
		return;
	}
	for (int i = 0; i < nr_syms; i++)
		put(entry(&syms[is(opt_bad, "order") && (i == 300 || i == 301) ? 601 - i : i]), 4);
	if (is(opt_order, "7.0"))
		return;
	align(alignment());
	base_at = end;
	put(opt_rela ? 0 : first_address(), 8);
}

static size_t compared(const char *name)
{
	const char *at = opt_cut ? strstr(name, opt_cut) : NULL;

	return at ? (size_t)(at - name) : strlen(name);
}

static int by_name(const void *pa, const void *pb)
{
	const struct sym *a = &syms[*(const int *)pa], *b = &syms[*(const int *)pb];
	char x[MAX_NAME], y[MAX_NAME];
	int order;

	snprintf(x, sizeof(x), "%.*s", (int)compared(a->name), a->name);
	snprintf(y, sizeof(y), "%.*s", (int)compared(b->name), b->name);
	order = strcmp(x, y);
	return order ? order : a < b ? -1 : a > b;
}

static void put_seqs(void)
{
	static int order[MAX_SYMS];

	for (int i = 0; i < nr_syms; i++)
		order[i] = i;
	qsort(order, (size_t)nr_syms, sizeof(*order), by_name);
	if (is(opt_bad, "seqs"))
		order[7] = order[8];
	align(alignment());
	for (int i = 0; i < nr_syms; i++) {
		put((uint64_t)order[i] >> 16, 1);
		put((uint64_t)order[i] >> 8, 1);
		put((uint64_t)order[i], 1);
	}
}

static void put_tables(void)
{
	if (is(opt_order, "5.4") || is(opt_order, "6.2")) {
		put_addresses();
		put_num_and_names();
		if (is(opt_order, "6.2"))
			put_seqs();
		put_tokens();
		return;
	}
	put_num_and_names();
	put_tokens();
	put_addresses();
	put_seqs();
}

/* ---- files ---- */

static const struct {
	const char *name;
	uint16_t machine;
	uint32_t relative;
} machines[] = {
	{ "x86_64", EM_X86_64, 8 },
	{ "arm64", EM_AARCH64, 1027 },
	{ "loongarch", 258, 3 },
	{ "ppc64", EM_PPC64, 22 },
};

static int machine(void)
{
	for (int i = 0; i < 4; i++)
		if (is(machines[i].name, opt_machine))
			return i;
	die("no such machine");
	return 0;
}

static void put_header(void)
{
	if (is(opt_machine, "arm64"))
		memcpy(mem + 0x38, "ARM\x64", 4);
	if (is(opt_machine, "loongarch")) {
		memcpy(mem, "MZ", 2);
		memcpy(mem + 0x38, "\xcd\x23\x82\x81\x40\0\0\0PE\0\0\x64\x62", 14);
	}
}

static void section(Elf64_Shdr *s, int name, int type, int flags, uint64_t addr, uint64_t off,
		    uint64_t size)
{
	*s = (Elf64_Shdr){ .sh_name = (unsigned int)name,
			   .sh_type = (unsigned int)type,
			   .sh_flags = (unsigned int)flags,
			   .sh_addr = addr,
			   .sh_offset = off,
			   .sh_size = size,
			   .sh_addralign = 1 };
}

static void write_elf(FILE *f)
{
	static const char names[] = "\0.text\0.rodata\0.data..percpu\0.shstrtab";
	Elf64_Ehdr e = { .e_type = ET_EXEC,
			 .e_machine = machines[machine()].machine,
			 .e_version = 1,
			 .e_ehsize = sizeof(e),
			 .e_shentsize = sizeof(Elf64_Shdr),
			 .e_shnum = 5,
			 .e_shstrndx = 4 };
	uint64_t data = sizeof(e), percpu = data + end, strings = percpu + PERCPU;
	static const unsigned char zero[PERCPU];
	Elf64_Shdr s[5];

	memcpy(e.e_ident, ELFMAG "\2\1\1", 7);
	e.e_shoff = strings + sizeof(names);
	section(&s[0], 0, 0, 0, 0, 0, 0);
	section(&s[1], 1, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, base, data, TEXT_SIZE);
	section(&s[2], 7, SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, base + TEXT_SIZE, data + TEXT_SIZE,
		end - TEXT_SIZE);
	section(&s[3], 15, SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 0, percpu, PERCPU);
	section(&s[4], 29, SHT_STRTAB, 0, 0, strings, sizeof(names));
	fwrite(&e, sizeof(e), 1, f);
	fwrite(mem, end, 1, f);
	fwrite(zero, PERCPU, 1, f);
	fwrite(names, sizeof(names), 1, f);
	fwrite(s, sizeof(s), 1, f);
}

/* Relocations of other words around it. */
static void put_rela(void)
{
	align(8);
	for (unsigned int i = 0; i < 9; i++) {
		put(base + (i == 4 ? base_at : 0x9000 + 8 * i), 8);
		put(machines[machine()].relative, 8);
		put(i == 4 ? first_address() : base + 0x100 * i, 8);
	}
}

static void read_map(void)
{
	unsigned long long addr;

	while (nr_syms < MAX_SYMS &&
	       scanf("%llx %c %511s", &addr, &syms[nr_syms].type, syms[nr_syms].name) == 3)
		syms[nr_syms++].addr = addr;
	if (!nr_syms)
		die("no map");
}

static void make(FILE *f)
{
	read_map();
	base = first_address();
	compress();
	put_header();
	for (int i = 0; i < nr_syms; i++)
		if (is(syms[i].name, "linux_banner"))
			strcpy((char *)mem + (syms[i].addr - base), opt_banner);
	if (is(opt_bad, "type"))
		syms[17].packed[0] = syms[17].packed[1];
	end = TABLES;
	for (int i = 0; i < atoi(opt_sets); i++)
		put_tables();
	if (opt_rela && !is(opt_rela, "none"))
		put_rela();
	align(4096);
	if (is(opt_kind, "elf"))
		write_elf(f);
	else
		fwrite(mem, end, 1, f);
	printf("%d symbols, the longest of %d tokens\n", nr_syms, longest);
}

static void wrap(FILE *f, unsigned int size)
{
	unsigned int at = is(opt_payload, "zboot") ? 0x200 : 0x400 + 0x80, len;

	len = (unsigned int)fread(mem + at, 1, ROOM - at - 4, stdin);
	end = at + len;
	if (size)
		put(size, 4);
	if (is(opt_payload, "zboot")) {
		memcpy(mem, "MZ\0\0zimg", 8);
		memcpy(mem + 8, &at, 4);
		memcpy(mem + 12, &len, 4);
	} else {
		unsigned int offset = 0x80;

		mem[0x1f1] = 1;
		memcpy(mem + 0x1fe, "\x55\xaa", 2);
		memcpy(mem + 0x202, "HdrS\x0f\x02", 6);
		memcpy(mem + 0x248, &offset, 4);
		len += size ? 4 : 0;
		memcpy(mem + 0x24c, &len, 4);
	}
	end += 64;	/* what follows: a signature, say */
	fwrite(mem, end, 1, f);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		const char **to;
	} options[] = { { "machine=", &opt_machine }, { "kind=", &opt_kind },
			{ "order=", &opt_order },     { "base=", &opt_base },
			{ "cut=", &opt_cut },	      { "rela=", &opt_rela },
			{ "sets=", &opt_sets },	      { "banner=", &opt_banner },
			{ "bad=", &opt_bad },	      { "payload=", &opt_payload } };
	int i = 1;
	FILE *f;

	for (; i < argc && strchr(argv[i], '='); i++)
		for (size_t n = 0; n < sizeof(options) / sizeof(*options); n++)
			if (!strncmp(argv[i], options[n].name, strlen(options[n].name)))
				*options[n].to = strchr(argv[i], '=') + 1;
	f = i < argc ? fopen(argv[i], "wb") : NULL;
	if (!f)
		die("no output");
	if (opt_payload)
		wrap(f, i + 1 < argc ? (unsigned int)atoi(argv[i + 1]) : 0);
	else
		make(f);
	return fclose(f) ? 2 : 0;
}
