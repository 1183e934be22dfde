// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The symbols of a kernel's image, or of a stripped vmlinux, from the tables of kallsyms in it.
 *
 * What a linked file would tell is put in its place: sections (of a raw image: what the linker
 * script's symbols stand around) and symbols with the kind that nm's letter says.  The tables
 * tell no sizes, source files and order in the file: kernel_sym says so (no size, room up to the
 * next symbol, no file), and what needs them does without.
 *
 * A raw image does not say where it is linked to.  The word relative_base does, or, if the kernel
 * moves itself at boot and the linker left such words empty, the relative relocation for it
 * (arch/arm64/Makefile: --no-apply-dynamic-relocs).  Since 7.0 there is no such word, and where
 * nothing says it, addresses count from the image's begin: then positions are known, and not what
 * ftrace can redirect, since the words of its table are addresses.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>

#include "boot-image.h"
#include "kallsyms-tables.h"
#include "internal.h"

#define BANNER "Linux version "

/* R_AARCH64_RELATIVE and R_LARCH_RELATIVE: the psABIs of both. */
#define RELA_SIZE 24

struct image {
	struct kernel_file *k;
	struct elf *elf;
	const struct bytes *raw;	/* NULL: an ELF file */
	uint32_t relative;		/* of a raw one: the type of relative relocations */
	uint64_t begin;			/* of a raw one: the address of its first byte */
	struct kallsyms ks;
};

#define refuse(img, code, ...) \
	diag_error((img)->k->diag, &(struct diag_where){ .object = (img)->k->path }, code, __VA_ARGS__)

/* ---- which tables ---- */

static const struct kallsyms_sym *find_sym(const struct kallsyms *ks, const char *name)
{
	for (size_t i = 0; i < ks->nr; i++)
		if (!strcmp(ks->syms[i].name, name))
			return &ks->syms[i];
	return NULL;
}

/* The image's bytes at an address, *left of them; NULL: it has none there. */
static const uint8_t *bytes_at(const struct image *img, uint64_t addr, uint64_t *left)
{
	if (img->raw) {
		uint64_t at = addr - img->begin;

		*left = at < img->raw->size ? img->raw->size - at : 0;
		return *left ? img->raw->data + at : NULL;
	}
	for_each_sec (img->elf, sec) {
		if (!(sec->flags & SHF_ALLOC) || !sec->data || addr < sec->addr ||
		    addr - sec->addr >= sec->size)
			continue;
		*left = sec->size - (addr - sec->addr);
		return sec->data + (addr - sec->addr);
	}
	return NULL;
}

static bool has_banner(const struct image *img, const struct kallsyms *ks)
{
	const struct kallsyms_sym *banner = find_sym(ks, "linux_banner");
	uint64_t left;
	const uint8_t *text = banner ? bytes_at(img, banner->addr, &left) : NULL;

	return text && left >= strlen(BANNER) && !memcmp(text, BANNER, strlen(BANNER));
}

/*
 * The addend of the only relative relocation of a word at `word` in the image whose addend is
 * `distance` less than the address of the image's begin; 0: there is none.
 */
static uint64_t relocated(const struct image *img, uint64_t word, uint64_t distance)
{
	uint64_t found = 0;

	for (uint64_t at = 0; at + RELA_SIZE <= img->raw->size; at += 8) {
		const uint8_t *rela = img->raw->data + at;
		uint64_t addend = get_le64(rela + 16);

		if (get_le64(rela + 8) != img->relative || !addend ||
		    get_le64(rela) != addend + distance + word)
			continue;
		if (found && found != addend)
			return 0;
		found = addend;
	}
	return found;
}

/* Find where a raw image begins; may complete the addresses. */
static bool place_raw(struct image *img, struct kallsyms *ks)
{
	const struct kallsyms_sym *text = find_sym(ks, "_text");
	uint64_t base;

	if (!text)
		return false;
	if (ks->has_base && !get_le64(ks->span->data + ks->base_at)) {
		base = relocated(img, ks->base_at, text->addr);
		for (size_t i = 0; i < ks->nr && base; i++)
			ks->syms[i].addr += base;
	}
	img->begin = text->addr;
	return !ks->from_place || !text->addr;
}

static bool fits(struct kallsyms *ks, void *arg)
{
	struct image *img = arg;

	return (!img->raw || place_raw(img, ks)) && has_banner(img, ks);
}

/* Where the tables may be: sections of constants; of an ELF file all that has bytes. */
static void search_all(struct image *img, struct kallsyms_search *search)
{
	struct image_span *span;
	uint64_t size = 0;

	if (img->raw)
		size = img->raw->size;
	for (uint32_t i = 1; img->elf && i < img->elf->nr_secs; i++)
		size += img->elf->secs[i]->data ? img->elf->secs[i]->size : 0;
	*search = (struct kallsyms_search){ .arena = img->k->arena,
					    .fits = fits,
					    .arg = img,
					    .work = KALLSYMS_WORK(size),
					    .memory = KALLSYMS_MEMORY };
	if (img->raw) {
		span = arena_alloc(img->k->arena, sizeof(*span));
		*span = (struct image_span){ img->raw->data, img->raw->size, 0 };
		kernel_kallsyms_search(search, span);
		return;
	}
	for_each_sec (img->elf, sec) {
		if (!sec->data || sec->type != SHT_PROGBITS ||
		    (sec->flags & (SHF_ALLOC | SHF_EXECINSTR)) != SHF_ALLOC)
			continue;
		span = arena_alloc(img->k->arena, sizeof(*span));
		*span = (struct image_span){ sec->data, sec->size, sec->addr };
		kernel_kallsyms_search(search, span);
	}
}

static int find_tables(struct image *img)
{
	struct kallsyms_search search;

	search_all(img, &search);
	if (search.gave_up)
		return refuse(img, "kallsyms-tables",
			      "it has more of what looks like tables of kallsyms than any kernel: it "
			      "is damaged, or made so");
	if (search.nr_found > 1)
		return refuse(img, "kallsyms-tables",
			      "it has %zu sets of tables of kallsyms that fit it, and nothing tells "
			      "which the kernel uses: pass its vmlinux or System.map",
			      search.nr_found);
	if (!search.nr_found && search.nr_whole)
		return refuse(img, "kallsyms-tables",
			      "the tables of kallsyms in it do not fit it: linux_banner is not where "
			      "they say, or not listed (a kernel that can be patched has "
			      "CONFIG_KALLSYMS_ALL); pass its vmlinux or System.map");
	if (!search.nr_found)
		return refuse(img, "kallsyms-tables",
			      "no symbol table and no tables of kallsyms (5.4 to 7.0) are in it: it "
			      "is damaged or cut off, a kernel without CONFIG_KALLSYMS_ALL, or of "
			      "another form; pass its vmlinux or System.map");
	img->ks = search.found;
	return 0;
}

/* ---- sections of a raw image ---- */

/* A section for the bytes between two symbols of the linker script. */
static const struct {
	const char *from, *to, *name;
	uint32_t type;
	uint64_t flags;
} parts[] = {
	{ "_text", "_stext", ".head.text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR },
	{ "_stext", "_etext", ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR },
	{ "_sinittext", "_einittext", ".init.text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR },
	{ "__exittext_begin", "__exittext_end", ".exit.text", SHT_PROGBITS,
	  SHF_ALLOC | SHF_EXECINSTR },
	{ "__start_notes", "__stop_notes", ".notes", SHT_NOTE, SHF_ALLOC },
	{ "__pi_rela_start", "__pi_rela_end", ".rela.dyn", SHT_RELA, SHF_ALLOC },
	{ "rela_start", "rela_end", ".rela.dyn", SHT_RELA, SHF_ALLOC },
	{ "__rela_dyn_begin", "__rela_dyn_end", ".rela.dyn", SHT_RELA, SHF_ALLOC },
};

#define NR_PARTS (sizeof(parts) / sizeof(*parts))

struct cut {
	uint64_t from, to;
	size_t part;
};

static int cmp_cut(const void *pa, const void *pb)
{
	const struct cut *a = pa, *b = pb;

	return (a->from > b->from) - (a->from < b->from);
}

static void add_section(struct image *img, const char *name, uint32_t type, uint64_t flags,
			uint64_t from, uint64_t to)
{
	uint64_t left;
	struct elf_sec *sec;

	if (from >= to)
		return;
	sec = elf_add_sec(img->elf, name, type, flags, 1, 0);
	sec->addr = from;
	sec->size = to - from;
	sec->data = type == SHT_NOBITS ? NULL : bytes_at(img, from, &left);
}

/* The whole image, in the order of addresses: the parts, and what is between them. */
static void make_sections(struct image *img)
{
	uint64_t end = img->begin + img->raw->size, at = img->begin;
	const struct kallsyms_sym *last = &img->ks.syms[img->ks.nr - 1];
	struct cut cuts[NR_PARTS];
	size_t nr = 0;

	for (size_t i = 0; i < NR_PARTS; i++) {
		const struct kallsyms_sym *from = find_sym(&img->ks, parts[i].from);
		const struct kallsyms_sym *to = find_sym(&img->ks, parts[i].to);

		if (from && to && from->addr >= at && to->addr <= end)
			cuts[nr++] = (struct cut){ from->addr, to->addr, i };
	}
	qsort(cuts, nr, sizeof(*cuts), cmp_cut);
	for (size_t i = 0; i < nr; i++) {
		if (cuts[i].from < at)
			continue;
		add_section(img, ".image", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, at, cuts[i].from);
		add_section(img, parts[cuts[i].part].name, parts[cuts[i].part].type,
			    parts[cuts[i].part].flags, cuts[i].from, cuts[i].to);
		at = cuts[i].to > at ? cuts[i].to : at;
	}
	add_section(img, ".image", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, at, end);
	add_section(img, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, end, last->addr + 1);
}

/* ---- symbols ---- */

static int cmp_sec(const void *pa, const void *pb)
{
	const struct elf_sec *a = *(const struct elf_sec *const *)pa;
	const struct elf_sec *b = *(const struct elf_sec *const *)pb;

	if (a->addr != b->addr)
		return a->addr < b->addr ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

/* The sections that are in memory, by address. */
static const struct elf_sec *const *placed_sections(const struct image *img, size_t *nr)
{
	const struct elf_sec **list = arena_calloc(img->k->arena, img->elf->nr_secs, sizeof(*list));

	*nr = 0;
	for_each_sec (img->elf, sec)
		if (sec->flags & SHF_ALLOC && sec->size)
			list[(*nr)++] = sec;
	if (*nr)
		qsort(list, *nr, sizeof(*list), cmp_sec);
	return list;
}

/* The last section that begins at or before the address and reaches it; NULL: none does. */
static const struct elf_sec *sec_of(const struct elf_sec *const *list, size_t nr, uint64_t addr)
{
	size_t low = 0, high = nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (list[mid]->addr <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low && addr - list[low - 1]->addr <= list[low - 1]->size ? list[low - 1] : NULL;
}

static bool is_code(const struct kallsyms_sym *s, const struct elf_sec *sec)
{
	char kind = (char)tolower((unsigned char)s->type);

	return kind == 't' || (kind == 'w' && sec && sec->flags & SHF_EXECINSTR);
}

/* Bytes up to the next symbol that is elsewhere, or the section's end. */
static uint64_t room_of(const struct kallsyms *ks, size_t i, size_t *next, const struct elf_sec *sec)
{
	uint64_t addr = ks->syms[i].addr, end = sec ? sec->addr + sec->size : addr;

	while (*next < ks->nr && ks->syms[*next].addr <= addr)
		(*next)++;
	if (*next < ks->nr && ks->syms[*next].addr < end)
		end = ks->syms[*next].addr;
	return end - addr;
}

static void add_symbol(struct image *img, size_t i, const struct elf_sec *sec, uint64_t room)
{
	const struct kallsyms_sym *s = &img->ks.syms[i];
	bool weak = strchr("wWvV", s->type), global = isupper((unsigned char)s->type);
	bool code = is_code(s, sec);
	struct elf_sym sym = { .name = s->name,
			       .value = s->addr,
			       .size = room,
			       .sec = sec ? sec->index : ELF_SEC_ABS,
			       .type = code ? STT_FUNC : STT_OBJECT,
			       .bind = weak ? STB_WEAK : global ? STB_GLOBAL : STB_LOCAL };
	struct kernel_entry *e = kernel_file_add(img->k);

	e->live = true;
	e->sym.name = s->name;
	e->sym.addr = s->addr;
	e->sym.room = room;
	e->sym.global = global;
	e->sym.weak = weak;
	e->sym.no_scope = s->type == 'A' || !isalpha((unsigned char)s->type);
	e->sym.func = code;
	e->sym.index = elf_add_sym(img->elf, &sym);
}

static void add_symbols(struct image *img)
{
	size_t nr, next = 0;
	const struct elf_sec *const *list = placed_sections(img, &nr);

	img->k->from_tables = true;
	for (size_t i = 0; i < img->ks.nr; i++) {
		const struct elf_sec *sec = sec_of(list, nr, img->ks.syms[i].addr);

		add_symbol(img, i, sec, room_of(&img->ks, i, &next, sec));
	}
}

/* ---- the whole ---- */

int kernel_file_read_stripped(struct kernel_file *k, struct elf *elf)
{
	struct image img = { .k = k, .elf = elf };
	int err;

	k->elf = elf;
	err = find_tables(&img);

	if (err)
		return err;
	add_symbols(&img);
	return kernel_file_finish_elf(k, false);
}

int kernel_file_read_raw(struct kernel_file *k, const struct boot_image *image)
{
	struct elf like = { .type = ET_EXEC, .machine = image->machine };
	const struct arch *arch = arch_find(image->machine);
	struct image img = { .k = k, .raw = &image->bytes };
	int err;

	img.relative = arch ? arch->relative : 0;
	err = find_tables(&img);
	if (err)
		return err;
	img.elf = elf_new(&like, k->arena);
	img.elf->path = k->path;
	img.elf->type = ET_EXEC;
	make_sections(&img);
	add_symbols(&img);
	k->elf = img.elf;
	k->unplaced = !img.begin;
	return kernel_file_finish_elf(k, false);
}
